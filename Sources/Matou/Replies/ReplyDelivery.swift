import Foundation
import SQL

/// What became of all reply items of a code, and why those that did not arrive did not.
package struct ReplyDelivery: Sendable, Equatable {
    package let sent: Int
    /// The most frequent first.
    package let failures: [Failure]

    package struct Failure: Sendable, Equatable {
        /// Failed, too late or unknown.
        package let state: ReplySend.State
        package let fault: WeChatFault
        package let count: Int
    }

    package var isEmpty: Bool { sent == 0 && failures.isEmpty }

    package func count(of state: ReplySend.State) -> Int {
        state == .sent ? sent : failures.filter { $0.state == state }.map(\.count).reduce(0, +)
    }
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
