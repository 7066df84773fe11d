import HTTP
import HTTPClient

extension CallbackSender {
    /// Over TLS, which the sockets of the sender's own threads do not speak.
    func sendSecurely(_ request: CallbackRequest) async throws(CallbackFailure) -> CallbackAnswer {
        let url = "https://\(request.address.authority)\(request.target)"
        let isPost = request.method == .post
        let request = HTTPRequest(
            isPost ? .post : .get, url, contentType: isPost ? "text/xml" : nil, body: request.body,
            timeout: request.timeout, answerBytesMax: CallbackAnswer.bodyBytesMax)
        do {
            let response = try await secure.fetch(request)
            return CallbackAnswer(status: response.status, body: response.body)
        } catch {
            throw CallbackFailure(error.reason)
        }
    }
}

extension CallbackFailure {
    fileprivate init(_ reason: TransportFailure.Reason) {
        self =
            switch reason {
            case .unreachable: .cannotConnect("nobody answers there")
            case .insecure: .cannotConnect("its certificate or its TLS is not accepted")
            case .timedOut: .timedOut
            case .connectionLost: .connectionLost
            case .answerTooLarge: .malformedAnswer("its body is too long")
            case .cancelled: .stopped
            }
    }
}
