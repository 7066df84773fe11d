/// What is wrong with a request as such. The server answers it with the status, where no handler has.
public protocol RequestFault: Error {
    var status: Status { get }
    /// What the answer says beside it.
    var fields: Fields { get }
}

extension RequestFault {
    public var fields: Fields { [:] }
}

extension Response {
    /// The answer to a faulty request, with what belongs to the fault.
    public func refusing(_ fault: some RequestFault) -> Response {
        var response = self
        for (name, value) in fault.fields { response.fields[name] = value }
        return response
    }
}
