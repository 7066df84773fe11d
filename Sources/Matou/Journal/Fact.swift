import SQL

/// One line of the journal 事件流水: something that WeChat told us, or that came of it.
///
/// Facts are never changed. All statistics derive from them, in whatever order they arrive.
package struct Fact: Sendable, Equatable {
    /// Time-ordered and unique in the workspace.
    package let seq: Int64
    package let account: Account.ID
    package let kind: Kind
    /// The sender's time; WeChat gives whole seconds.
    package let occurredAt: Timestamp
    package let receivedAt: Timestamp
    /// The day of `occurredAt`.
    package let day: Day
    /// The same event delivered again has the same key in its account.
    package let dedupeKey: String
    package let person: String?
    package let code: QRCode.ID?
    /// Whether the code acted; nil when no code is meant.
    package let codeState: CodeState?
    /// The source channel that the code had, empty for none; nil where no code acted, and of scans of old
    /// versions, which did not keep it.
    package let source: String?
    package let payload: String?

    package enum Kind: String, Sendable, CaseIterable, ValueConvertible {
        /// A follow; with a code it is a scan as well.
        case subscribe
        case unsubscribe
        /// A scan by someone who follows already.
        case scan
        /// A message that a person wrote.
        case message
        /// Any other event of WeChat's.
        case event
        /// A form that a person sent; its answers are kept apart.
        case formSubmitted = "form_submitted"
        case replySent = "reply_sent"
        case replyFailed = "reply_failed"
        case replyTooLate = "reply_too_late"
        case replyUnknown = "reply_unknown"
    }

    /// The state of a code at the moment of a scan. Only in effect do tags and replies act.
    package enum CodeState: String, Sendable, ValueConvertible {
        case inEffect = "in_effect"
        case beforeStart = "before_start"
        case afterEnd = "after_end"
        case deleted
    }

    /// Where this fact stands among a person's follows, scans and unfollows.
    var moment: Moment {
        Moment(at: occurredAt, rank: Moment.rank(of: kind), key: dedupeKey)
    }
}

/// The total order that decides what came first, whatever order the deliveries came in: by the
/// sender's time, then a follow before a scan before an unfollow, then the dedupe key.
struct Moment: Comparable, Sendable {
    let at: Timestamp
    let rank: Int
    let key: String

    static func rank(of kind: Fact.Kind) -> Int {
        switch kind {
        case .subscribe: 0
        case .unsubscribe: 2
        default: 1
        }
    }

    static func < (left: Moment, right: Moment) -> Bool {
        (left.at, left.rank, left.key) < (right.at, right.rank, right.key)
    }
}
