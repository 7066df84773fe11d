import HTTPClient
import WeChat

/// What WeChat answered instead of doing what was asked, kept with the thing that it concerns.
package struct WeChatFault: Sendable, Equatable {
    /// WeChat's `errcode`; nil when there was no answer to read one from.
    package let code: Int?
    /// WeChat's `errmsg`, or what happened to the call.
    package let words: String

    package init(code: Int?, words: String) {
        self.code = code
        self.words = words
    }

    /// A call that was cut off by the end of the process: it may have arrived.
    static let interrupted = WeChatFault(code: nil, words: "interrupted")

    /// A reply whose minute was over before it could be sent.
    static let overdue = WeChatFault(
        code: ErrorCode.replyWindowClosed.rawValue, words: "the minute after the scan was over")

    /// What a reply item sends is no longer there.
    static let partMissing = WeChatFault(code: nil, words: "part missing")

    private static let transportWords = "transport "
    private static let answerWords = "answer HTTP "

    init(_ error: WeChatError) {
        switch error {
        case .refused(let code, let words): self.init(code: code.rawValue, words: words)
        case .transport(let failure):
            self.init(code: nil, words: Self.transportWords + failure.reason.rawValue)
        case .invalidAnswer(let answer):
            self.init(code: nil, words: Self.answerWords + String(answer.status))
        case .tokenStore(let words): self.init(code: nil, words: words)
        case .unencodable: self.init(code: nil, words: "unencodable")
        }
    }

    /// The error that was kept, as far as its words tell.
    private var error: WeChatError {
        if let code { return .refused(ErrorCode(code), words: words) }
        if words == Self.interrupted.words { return .transport(.init(.connectionLost, .unknown)) }
        if words.hasPrefix(Self.transportWords),
            let reason = TransportFailure.Reason(
                rawValue: String(words.dropFirst(Self.transportWords.count)))
        {
            return .transport(TransportFailure(reason, .unknown))
        }
        if words.hasPrefix(Self.answerWords),
            let status = Int(words.dropFirst(Self.answerWords.count))
        {
            return .invalidAnswer(InvalidAnswer(status: status, .unexpectedStatus))
        }
        return .tokenStore(words)
    }

    /// WeChat's own `errcode` and `errmsg`; nil when the fault is not an answer of WeChat's.
    package var answer: (code: Int, words: String)? {
        guard let code, self != .overdue else { return nil }
        return (code, words)
    }

    /// What happened and what to do about it, for a marketer.
    package var inChinese: String {
        self == .partMissing
            ? "要发送的素材、图文或表单已经不在了。请编辑二维码，重新选择。" : error.explanation.chinese
    }

    package var inEnglish: String {
        self == .partMissing
            ? "The material, article or form to send is gone. Edit the code and choose another."
            : error.explanation.english
    }
}
