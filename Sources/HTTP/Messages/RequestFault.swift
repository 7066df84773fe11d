/// What is wrong with a request as such. The server answers it with the status, where no handler has.
public protocol RequestFault: Error {
    var status: Status { get }
}
