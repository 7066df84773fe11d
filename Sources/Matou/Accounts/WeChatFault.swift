package import HTTPClient
import SQL
import WeChat

/// Why WeChat did not do what it was asked, kept with the thing that it concerns.
package enum WeChatFault: Sendable, Equatable {
    /// WeChat said no: its `errcode` and `errmsg`.
    case refused(code: Int, words: String)
    /// No answer came.
    case noAnswer(TransportFailure.Reason)
    /// Something answered that is not WeChat's API, with this status of HTTP.
    case strangeAnswer(status: Int)
    /// The account's token could not be had; nothing was sent.
    case noToken
    /// What was to be sent is no JSON.
    case unencodable
    /// A call that was cut off by the end of the process: it may have arrived.
    case interrupted
    /// A reply whose minute was over before it could be sent.
    case overdue
    /// What a reply item sends is no longer there.
    case partMissing
    /// Our own store refused, as often as it was tried.
    case givenUp

    init(_ error: WeChatError) {
        self =
            switch error {
            case .refused(let code, let words): .refused(code: code.rawValue, words: words)
            case .transport(let failure): .noAnswer(failure.reason)
            case .invalidAnswer(let answer): .strangeAnswer(status: answer.status)
            case .tokenStore: .noToken
            case .unencodable: .unencodable
            }
    }

    /// WeChat's `errcode`; nil when the fault is not an answer of WeChat's.
    package var code: Int? {
        if case .refused(let code, _) = self { code } else { nil }
    }

    /// WeChat's own `errcode` and `errmsg`; nil when the fault is not an answer of WeChat's.
    package var answer: (code: Int, words: String)? {
        if case .refused(let code, let words) = self { (code, words) } else { nil }
    }

    /// WeChat's `errmsg`, or what happened in its place, for a log.
    package var words: String {
        switch self {
        case .refused(_, let words): words
        case .noAnswer(let reason): "no answer: \(reason.rawValue)"
        case .strangeAnswer(let status): "a strange answer, HTTP \(status)"
        case .noToken: "no token"
        case .unencodable: "unencodable"
        case .interrupted: "interrupted"
        case .overdue: "the minute after the scan was over"
        case .partMissing: "part missing"
        case .givenUp: "given up"
        }
    }
}

/// The store keeps a fault as a number and words: WeChat's `errcode` where it answered, and below
/// −1000, where WeChat has none, a number of ours. The words count for WeChat's answers only.
extension WeChatFault {
    private static let strangeAnswers = -2000

    var number: Int {
        switch self {
        case .refused(let code, _): code
        case .interrupted: -1001
        case .overdue: -1002
        case .partMissing: -1003
        case .givenUp: -1004
        case .noToken: -1005
        case .unencodable: -1006
        case .noAnswer(.unreachable): -1101
        case .noAnswer(.insecure): -1102
        case .noAnswer(.timedOut): -1103
        case .noAnswer(.connectionLost): -1104
        case .noAnswer(.answerTooLarge): -1105
        case .noAnswer(.cancelled): -1106
        case .strangeAnswer(let status): Self.strangeAnswers - status
        }
    }

    init(number: Int, words: String) {
        let ours: [WeChatFault] =
            [.interrupted, .overdue, .partMissing, .givenUp, .noToken, .unencodable]
            + TransportFailure.Reason.allCases.map(WeChatFault.noAnswer)
        self =
            if let own = ours.first(where: { $0.number == number }) {
                own
            } else if number <= Self.strangeAnswers {
                .strangeAnswer(status: Self.strangeAnswers - number)
            } else {
                .refused(code: number, words: words)
            }
    }

    /// The fault in two columns, nil when there is none.
    init?(_ row: Row, code: String, words: String) throws {
        guard let text: String = try row.optional(words) else { return nil }
        self.init(number: try row.optional(code) ?? Self.interrupted.number, words: text)
    }
}
