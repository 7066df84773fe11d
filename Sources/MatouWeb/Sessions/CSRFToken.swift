import Crypto
import Foundation
import HTTP
import Matou

/// Proves that a form was sent from a page of ours: derived from a cookie that other sites cannot
/// read, so nothing has to be stored (OWASP's HMAC-based token pattern).
struct CSRFToken: Sendable, Equatable {
    static let field = "csrf_token"

    /// A cookie shorter than this was not made by us.
    private static let cookieBytesMin = 32

    let text: String

    /// The token of the request's session, or of its visit when it has none; nil without either.
    init?(cookieOf request: Request) {
        let cookies = [Gatekeeper.sessionCookie, Gatekeeper.visitCookie].compactMap(request.cookie)
        guard let cookie = cookies.first(where: { $0.utf8.count >= Self.cookieBytesMin }) else {
            return nil
        }
        self.init(cookie: cookie)
    }

    init(cookie: String) {
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("csrf".utf8), using: SymmetricKey(data: Data(cookie.utf8)))
        text = Data(code).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Whether the request carries this token and no sign of another site.
    func admits(_ request: Request) -> Bool {
        guard Self.isFromOurSite(request) else { return false }
        guard let sent = try? request.form().first(Self.field) else { return false }
        return constantTimeEqual(Array(sent.utf8), Array(text.utf8))
    }

    /// What browsers say of the page that a request comes from; absent in older ones.
    private static func isFromOurSite(_ request: Request) -> Bool {
        if let site = request.fields["sec-fetch-site"], site == "cross-site" { return false }
        guard let origin = request.fields["origin"], origin != "null" else { return true }
        let host = origin.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
        return host.lowercased() == request.authority.lowercased()
    }
}
