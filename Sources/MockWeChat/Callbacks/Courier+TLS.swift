import HTTP
import HTTPClient

extension Courier {
    /// Over TLS, which the sockets of the courier's own threads do not speak.
    func carrySecurely(_ letter: Letter) async throws(CourierFailure) -> CourierAnswer {
        let url = "https://\(letter.address.authority)\(letter.target)"
        let isPost = letter.method == .post
        let request = HTTPRequest(
            isPost ? .post : .get, url, contentType: isPost ? "text/xml" : nil, body: letter.body,
            timeout: letter.timeout, answerBytesMax: CourierAnswer.bodyBytesMax)
        do {
            let response = try await secure.fetch(request)
            return CourierAnswer(status: response.status, body: response.body)
        } catch {
            throw CourierFailure(error.reason)
        }
    }
}

extension CourierFailure {
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
