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

    /// Half of a form's token is a mask and half is this under it: a compressed page must not tell
    /// by its length how much of a guess stands in it (BREACH).
    private let code: [UInt8]

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
        self.code = Array(code)
    }

    /// What a form sends back, different each time.
    func text(_ randomness: Randomness = .system) -> String {
        let mask = randomness.bytes(code.count)
        return Data(mask + zip(mask, code).map { $0 ^ $1 }).base64EncodedString()
    }

    /// Whether the request carries this token and no sign of another site.
    func admits(_ request: Request) -> Bool {
        guard Self.isFromOurSite(request),
            let sent = try? request.form().first(Self.field),
            let bytes = Data(base64Encoded: sent).map(Array.init), bytes.count == 2 * code.count
        else { return false }
        let sentCode = zip(bytes, bytes[code.count...]).map { $0 ^ $1 }
        return constantTimeEqual(sentCode, code)
    }

    /// What browsers say of the page that a request comes from; absent in older ones.
    private static func isFromOurSite(_ request: Request) -> Bool {
        if let site = request.fields["sec-fetch-site"], site != "same-origin", site != "none" {
            return false
        }
        guard let origin = request.fields["origin"]?.lowercased() else { return true }
        // Which scheme the browser used is the proxy's knowledge, not always ours.
        let host = request.authority.lowercased()
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
