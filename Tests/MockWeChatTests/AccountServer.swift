import Foundation
import HTTP
import Synchronization
import Testing

/// The server of an official account: it keeps the callbacks that it gets, and answers as it is
/// told.
final class AccountServer: Sendable {
    struct Call: Sendable {
        let method: String
        let query: [String: String]
        let contentType: String
        let body: String

        /// The text of an element in the plain document, without its CDATA marks.
        func element(_ name: String) -> String? {
            guard let start = body.firstRange(of: "<\(name)>"),
                let end = body.firstRange(of: "</\(name)>")
            else { return nil }
            return String(body[start.upperBound..<end.lowerBound])
                .replacing("<![CDATA[", with: "").replacing("]]>", with: "")
        }
    }

    private struct State {
        var calls: [Call] = []
        var answer: @Sendable (Call) async -> Response = { _ in .text("success") }
    }

    private let state: Box
    private let server: Server
    let base: String

    private final class Box: Sendable {
        let state = Mutex(State())
    }

    init() throws {
        let box = Box()
        let take: @Sendable (Request) async -> Response = { request in
            let query = Dictionary(
                request.queryItems.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            let call = Call(
                method: request.method.name, query: query,
                contentType: request.fields["Content-Type"] ?? "",
                body: String(decoding: request.body, as: UTF8.self))
            let answer = box.state.withLock { state in
                state.calls.append(call)
                return state.answer
            }
            return await answer(call)
        }
        state = box
        server = Server(
            configuration: Server.Configuration(.ip(host: "127.0.0.1", port: 0)),
            router: try Router([
                .async(.get, "/callbacks", take), .async(.post, "/callbacks", take),
            ]))
        base = "http://127.0.0.1:\(try server.start().port)"
    }

    var calls: [Call] { state.state.withLock { $0.calls } }

    func answer(_ answer: @escaping @Sendable (Call) async -> Response) {
        state.state.withLock { $0.answer = answer }
    }

    func stop() async {
        await server.stop(drainingFor: .milliseconds(100))
    }
}
