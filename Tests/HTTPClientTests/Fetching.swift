import HTTPClient

extension HTTPFetching {
    func outcome(of request: HTTPRequest) async -> Result<HTTPResponse, TransportFailure> {
        do throws(TransportFailure) {
            return .success(try await fetch(request))
        } catch {
            return .failure(error)
        }
    }

    func failure(of request: HTTPRequest) async -> TransportFailure? {
        if case .failure(let failure) = await outcome(of: request) { failure } else { nil }
    }
}

extension SocketServer {
    /// A server that answers each request with an empty JSON object and keeps the connection.
    static func friendly() throws -> SocketServer {
        try SocketServer { _, peer in
            peer.respond("{}")
            return true
        }
    }

    /// A server that hears everything and never answers.
    static func silent() throws -> SocketServer {
        try SocketServer { _, _ in true }
    }

    func get() -> HTTPRequest { HTTPRequest(.get, url) }

    func post(_ body: String = "{}") -> HTTPRequest {
        HTTPRequest(.post, url, contentType: "application/json", body: Array(body.utf8))
    }
}
