import Foundation
import FoundationNetworking
import HTTP

extension Courier {
    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        return URLSession(configuration: configuration)
    }()

    /// Over TLS, with the system's HTTP client.
    func carrySecurely(_ letter: Letter) async throws(CourierFailure) -> CourierAnswer {
        guard let url = URL(string: "https://\(letter.address.authority)\(letter.target)") else {
            throw .cannotConnect("the address cannot be used")
        }
        var request = URLRequest(
            url: url, timeoutInterval: Double(letter.timeout.components.seconds))
        request.httpMethod = letter.method.name
        if letter.method == .post {
            request.httpBody = Data(letter.body)
            request.setValue("text/xml", forHTTPHeaderField: "Content-Type")
        }
        do {
            let (body, response) = try await Self.session.data(for: request)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            return CourierAnswer(status: status, body: Array(body))
        } catch let error as URLError where error.code == .timedOut {
            throw .timedOut
        } catch {
            throw .cannotConnect(error.localizedDescription)
        }
    }
}
