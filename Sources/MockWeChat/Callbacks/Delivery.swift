/// How a callback fared.
package struct Delivery: Sendable, Hashable {
    package enum Outcome: String, Sendable {
        /// The server took it, or replied well.
        case accepted
        /// It answered something that is no reply.
        case wrongReply = "wrong_reply"
        /// No attempt brought an answer.
        case failed
        /// The account has no callback URL, or a key that cannot be used.
        case notConfigured = "not_configured"
    }

    package struct Attempt: Sendable, Hashable {
        package let at: Moment
        package let milliseconds: Int
        /// The HTTP status; absent when no answer came.
        package let status: Int?
        package let words: String
    }

    package let serial: Int
    package let appid: String
    package let person: String
    package let openid: String
    /// The event's name, or the message's type.
    package let name: String
    package var outcome: Outcome
    package var words: String
    package var attempts: [Attempt] = []

    init(_ callback: Callback, _ outcome: Outcome, _ words: String) {
        serial = callback.serial
        appid = callback.appid
        person = callback.person
        openid = callback.openid
        name = callback.name
        self.outcome = outcome
        self.words = words
    }

    var json: JSON {
        let attempts = attempts.map { attempt -> JSON in
            let head: JSON = [
                "time": JSON(attempt.at.seconds), "milliseconds": JSON(attempt.milliseconds),
            ]
            return head.adding("status", attempt.status.map { JSON($0) })
                .adding("words", .string(attempt.words))
        }
        return [
            "id": JSON(serial), "account": .string(appid), "person": .string(person),
            "openid": .string(openid), "name": .string(name),
            "outcome": .string(outcome.rawValue), "words": .string(words),
            "attempts": .array(attempts),
        ]
    }
}
