import Foundation
import HTTP

/// A notice that a redirect hands to the page it leads to, which shows it once.
extension Notice {
    static let cookie = "matou_notice"
    fileprivate static let secondsMax = 60
    private static let bytesMax = 2048

    private struct Passed: Codable {
        let tone: String
        let text: String
    }

    /// The notice that the request brings from the page before.
    init?(passedBy request: Request) {
        guard let value = request.cookie(Self.cookie), value.utf8.count <= Self.bytesMax,
            let data = Data(base64Encoded: value),
            let passed = try? JSONDecoder().decode(Passed.self, from: data),
            let tone = Chip.Tone(rawValue: passed.tone)
        else { return nil }
        self.init(tone, passed.text)
    }

    fileprivate var cookieValue: String? {
        let data = try? JSONEncoder().encode(Passed(tone: tone, text: text))
        // A header that browsers throw away would take the whole answer with it.
        return data.map { $0.base64EncodedString() }
            .flatMap { $0.utf8.count <= Self.bytesMax ? $0 : nil }
    }
}

extension Response {
    /// Leads to `path`, whose page shows the notice. Its detail and action do not go along.
    static func redirect(to path: String, notice: Notice) -> Response {
        var response = redirect(to: path)
        if let value = notice.cookieValue {
            response.setCookie(Cookie(Notice.cookie, value, maxAge: Notice.secondsMax))
        }
        return response
    }
}
