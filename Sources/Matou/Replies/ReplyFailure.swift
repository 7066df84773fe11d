import Foundation
import SQL

/// A reason why reply items of a code did not arrive.
package struct ReplyFailure: Sendable, Equatable {
    /// Failed, too late or unknown.
    package let state: ReplySend.State
    package let fault: WeChatFault
    /// How many items.
    package let count: Int
}

extension WeChatFault {
    /// As the payload of the fact of a reply that did not arrive.
    var json: String? {
        try? StoredJSON.text(Payload(code: number, words: words))
    }

    init?(json: String?) {
        guard let json,
            let payload = try? StoredJSON.value(Payload.self, of: json)
        else { return nil }
        self.init(number: payload.code, words: payload.words)
    }

    private struct Payload: Codable {
        let code: Int
        let words: String
    }
}
