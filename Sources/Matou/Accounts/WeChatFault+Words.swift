import HTTPClient
import WeChat

extension WeChatFault {
    /// What WeChat was asked for, where that changes what to do.
    package enum Purpose: Sendable {
        /// A code. To ask once more for its scene makes no second one.
        case code
        case other
    }

    /// What happened and what to do about it, for a marketer.
    package func explanation(
        _ locales: Locales, in language: Language, of purpose: Purpose = .other
    ) -> String {
        if purpose == .code, isUnanswered {
            return locales.text("wechat-fault.code-unanswered", in: language)
        }
        let (key, values) = sentence
        return locales.text(key, values, in: language)
    }

    /// Whether WeChat may have done what it was asked.
    private var isUnanswered: Bool {
        switch self {
        case .interrupted, .noAnswer(.timedOut), .noAnswer(.connectionLost),
            .noAnswer(.cancelled):
            true
        default: false
        }
    }

    private typealias Sentence = (key: String, values: [String: String])

    private var sentence: Sentence {
        switch self {
        case .refused(let code, let words): Self.sentence(of: ErrorCode(code), words)
        case .noAnswer(let reason): Self.sentence(of: reason)
        case .interrupted: Self.sentence(of: .connectionLost)
        case .strangeAnswer(let status):
            ("wechat-fault.strange-answer", ["status": String(status)])
        case .noToken: ("wechat-fault.no-token", [:])
        case .unencodable: ("wechat-fault.our-mistake", [:])
        case .overdue: Self.sentence(of: .replyWindowClosed, words)
        case .partMissing: ("wechat-fault.part-missing", [:])
        case .givenUp: ("wechat-fault.given-up", [:])
        }
    }

    private static func sentence(of reason: TransportFailure.Reason) -> Sentence {
        ("wechat-fault.no-answer.\(reason.rawValue)", [:])
    }

    private static func sentence(of code: ErrorCode, _ words: String) -> Sentence {
        if code == .addressNotInWhitelist {
            return ("wechat-fault.address-refused", ["address": address(in: words) ?? words])
        }
        if let known = refusals[code.rawValue] { return ("wechat-fault.\(known)", [:]) }
        return ("wechat-fault.refused", ["code": "\(code)", "words": words])
    }

    /// The address that WeChat saw, which its words name: `invalid ip 203.0.113.9 ipv6
    /// ::ffff:203.0.113.9, not in whitelist`.
    static func address(in words: String) -> String? {
        let parts = words.split { $0 == " " || $0 == "," }
        guard let ip = parts.firstIndex(of: "ip"), ip + 1 < parts.count,
            parts[ip + 1].allSatisfy({ $0.isHexDigit || $0 == "." || $0 == ":" })
        else { return nil }
        return String(parts[ip + 1])
    }
}
