import Foundation
import HTTP
import Matou
import Synchronization

/// A request of somebody who has signed in, as a page's handler sees it.
struct Visit: Sendable {
    let request: Request
    let session: Session
    let language: Language
    /// What every form of the page sends back.
    let csrf: CSRFToken
    /// The workspace's accounts, for what the page is about and for the shell around it.
    let accounts = ReadOnce<[Account]>()

    var principal: Principal { session.principal }
    var workspace: Workspace { session.workspace }

    /// An item of the query as a value; nil also for what is none, since a page shows what it can.
    func query<Value: ParameterValue>(_ name: String, as _: Value.Type = Value.self) -> Value? {
        try? request.query(name, as: Value.self)
    }

    /// What somebody typed into a search, without space around it; "" for nothing.
    func text(_ name: String) -> String {
        request.query(name)?.trimmingWhitespace() ?? ""
    }

    /// Where a list in the order `sort` goes on; nil, its beginning, also for a cursor of another order.
    func cursor(of sort: String) -> Cursor? {
        request.query("cursor").flatMap { Cursor(text: $0, sort: sort) }
    }
}

/// What several parts of one page ask for, and the first of them reads.
final class ReadOnce<Value: Sendable>: Sendable {
    private let known = Mutex<Value?>(nil)

    func callAsFunction(_ read: () async throws -> Value) async rethrows -> Value {
        if let value = known.withLock({ $0 }) { return value }
        let value = try await read()
        known.withLock { $0 = value }
        return value
    }
}

/// A request of anyone: signing in, setting up, a code's public page.
struct PublicVisit: Sendable {
    let request: Request
    let language: Language
    let csrf: CSRFToken
    /// Set when the visitor had no cookie to tie the form to yet.
    let freshCookie: Cookie?

    /// The same visit of somebody who has signed in; nil when nobody has.
    func member(_ sessions: Sessions) async throws -> Visit? {
        guard let token = request.cookie(Gatekeeper.sessionCookie),
            let session = try await sessions.find(SecretToken(text: token))
        else { return nil }
        return Visit(request: request, session: session, language: language, csrf: csrf)
    }
}

/// What the pages and commands are told of the place they run in.
package struct SiteSettings: Sendable {
    /// Scheme, host and port that people and WeChat reach us by, without a final slash.
    package var publicURL: String
    /// The mock gateway's address when there is one: pages link its phone then.
    package var mockGatewayURL: String?

    /// What `/metrics` asks for as a bearer token; without one it answers this machine only.
    package var metricsToken: String?

    package init(
        publicURL: String, mockGatewayURL: String? = nil, metricsToken: String? = nil
    ) {
        self.publicURL = publicURL
        self.mockGatewayURL = mockGatewayURL
        self.metricsToken = metricsToken
    }

    /// Whether we are reached from this machine only.
    var isLoopback: Bool {
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains {
            publicURL == $0 || publicURL.hasPrefix($0 + ":")
        }
    }

    /// Cookies go over TLS only when that is how we are reached.
    var isSecure: Bool { publicURL.hasPrefix("https://") }
}
