import SQL

/// One item of a reply on its way to one scanner.
package struct ReplySend: Sendable, Equatable {
    package let scan: Int64
    /// From 1, the order of sending.
    package let position: Int
    package let code: QRCode.ID
    package let openid: String
    package let item: ReplyItem
    package let state: State
    package let fault: WeChatFault?
    package let deadline: Timestamp
    package let finishedAt: Timestamp?

    /// Written before and after the call, so that a crash leaves a true word behind.
    package enum State: String, Sendable, CaseIterable, ValueConvertible {
        case pending
        /// The call is being made.
        case sending
        /// WeChat accepted it.
        case sent
        /// WeChat refused it, or it certainly never left.
        case failed
        /// WeChat's minute after the scan was over.
        case tooLate = "too_late"
        /// The call may have arrived: nobody knows, so it is never made again by itself.
        case unknown

        var isFinal: Bool { self != .pending && self != .sending }

        /// The fact that a final state leaves in the journal.
        var factKind: Fact.Kind? {
            switch self {
            case .pending, .sending: nil
            case .sent: .replySent
            case .failed: .replyFailed
            case .tooLate: .replyTooLate
            case .unknown: .replyUnknown
            }
        }
    }
}

/// What became of the reply to one scan: the sum of its items.
package enum ReplyStatus: String, Sendable, CaseIterable {
    case none, pending, sent
    case partlySent = "partly_sent"
    case failed
    case tooLate = "too_late"
    case unknown

    package init(_ states: [ReplySend.State]) {
        let sent = states.count { $0 == .sent }
        if states.isEmpty {
            self = .none
        } else if states.contains(where: { !$0.isFinal }) {
            self = .pending
        } else if sent == states.count {
            self = .sent
        } else if sent > 0 {
            self = .partlySent
        } else if states.contains(.unknown) {
            self = .unknown
        } else {
            self = states.contains(.tooLate) ? .tooLate : .failed
        }
    }
}
