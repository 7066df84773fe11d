extension EventLoop {
    /// Answers a request that cannot be understood, and ends the connection.
    ///
    /// - Parameter head: What has come of it.
    func refuse(_ connection: Connection, _ status: Status, unread head: some Sequence<UInt8>) {
        refuse(connection, status, request: nil, isHead: head.starts(with: "HEAD ".utf8))
    }

    /// Answers a request that cannot be served, and ends the connection: after a fault nobody knows
    /// where the next request begins.
    func refuse(_ connection: Connection, _ status: Status, request: Request?) {
        refuse(connection, status, request: request, isHead: request?.method == .head)
    }

    private func refuse(
        _ connection: Connection, _ status: Status, request: Request?, isHead: Bool
    ) {
        countRefusal(status)
        let nothing = Request(
            method: .get, target: .root, fields: Fields(),
            origin: .connection(connection.peer, trustedProxies: .none), number: 0)
        let exchange = Exchange(
            request: request ?? nothing, isUnderstood: request != nil,
            isHead: isHead, minorVersion: 1, isPersistent: false,
            startNanoseconds: turnNanoseconds)
        connection.exchange = nil
        connection.lingers = true
        respond(connection, exchange, state.refined(.refusal(status), request))
    }

    func countRefusal(_ status: Status) {
        // Outside the counts while the dictionary is changed, as `Connection.changeOutput` explains.
        var refusals = statistics.refusals
        statistics.refusals = [:]
        refusals[status.code, default: 0] += 1
        statistics.refusals = refusals
    }

    /// The body under way is not acceptable, or does not come.
    func refuseBody(_ connection: Connection, _ status: Status, _ error: any Error) {
        let request = connection.exchange?.request
        connection.body?.upload?.finish(throwing: error)
        connection.body = nil
        refuse(connection, status, request: request)
    }
}

extension ServerState {
    /// The body that the configuration wants for a status, with the fields that belong to the
    /// status.
    func refined(_ response: Response, _ request: Request?) -> Response {
        guard let onRefusal = configuration.onRefusal, !response.status.forbidsContent else {
            return response
        }
        var styled = onRefusal(response.status, request)
        styled.status = response.status
        for name in ["Allow", "Retry-After"] { styled.fields[name] = response.fields[name] }
        return styled
    }
}
