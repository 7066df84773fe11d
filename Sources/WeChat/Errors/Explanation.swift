import HTTPClient

/// A failure told to a marketer: what happened, and what to do.
///
/// The key lets a product keep the sentence in its own locale files, with `{name}` for each
/// parameter.
public struct Explanation: Sendable, Hashable {
    /// For example `wechat.error.40164`.
    public let key: String
    public let parameters: [String: String]
    public let chinese: String
    public let english: String

    /// Every sentence, its parameters not yet filled in.
    public static var all: [Explanation] {
        sentencesByCode.sorted { $0.key < $1.key }.map { code, sentence in
            Explanation(key(of: code), sentence)
        } + TransportFailure.Reason.allCases.map(Explanation.init) + [
            invalidAnswer, tokenStore, unencodable, other,
        ]
    }

    fileprivate init(_ key: String, _ sentence: Sentence) {
        self.init(key: key, parameters: [:], chinese: sentence.chinese, english: sentence.english)
    }

    private init(key: String, parameters: [String: String], chinese: String, english: String) {
        self.key = key
        self.parameters = parameters
        self.chinese = chinese
        self.english = english
    }

    fileprivate func filled(_ parameters: [String: String]) -> Explanation {
        func fill(_ text: String) -> String {
            parameters.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        return Explanation(
            key: key, parameters: parameters, chinese: fill(chinese), english: fill(english))
    }

    fileprivate static func key(of code: Int) -> String { "wechat.error.\(code)" }
}

/// One thing said in both languages.
struct Sentence: Sendable {
    let chinese: String
    let english: String

    init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }
}

extension WeChatError {
    public var explanation: Explanation {
        switch self {
        case .transport(let failure):
            Explanation(failure.reason)
        case .invalidAnswer(let answer):
            Explanation.invalidAnswer.filled(["status": String(answer.status)])
        case .refused(let code, let words): Explanation(refusal: code, words: words)
        case .tokenStore: Explanation.tokenStore
        case .unencodable: Explanation.unencodable
        }
    }
}

extension Explanation {
    fileprivate init(refusal code: ErrorCode, words: String) {
        guard let sentence = Self.sentencesByCode[code.rawValue] else {
            self = Self.other.filled(["code": code.description, "words": words])
            return
        }
        let plain = Explanation(Self.key(of: code.rawValue), sentence)
        self =
            code == .addressNotInWhitelist
            ? plain.filled(["ip": Self.address(in: words) ?? words]) : plain
    }

    /// WeChat's words name the address it saw: `invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not
    /// in whitelist`.
    private static func address(in words: String) -> String? {
        let parts = words.split { $0 == " " || $0 == "," }
        guard let ip = parts.firstIndex(of: "ip"), ip + 1 < parts.count,
            parts[ip + 1].allSatisfy({ $0.isHexDigit || $0 == "." || $0 == ":" })
        else { return nil }
        return String(parts[ip + 1])
    }
}

extension Explanation {
    fileprivate init(_ reason: TransportFailure.Reason) {
        self.init("wechat.\(reason.rawValue)", reason.sentence)
    }

    fileprivate static let invalidAnswer = Explanation(
        "wechat.invalidAnswer",
        Sentence(
            "收到的回应不像来自微信（HTTP {status}）。请检查网络代理或网关设置，稍后重试。",
            "The answer does not look like WeChat's (HTTP {status}). Check proxies and gateways."
        ))

    fileprivate static let tokenStore = Explanation(
        "wechat.tokenStore",
        Sentence(
            "暂时取不到该账号的访问令牌，什么都没有发送。请稍后重试。",
            "The account's access token cannot be had right now; nothing was sent. Retry later."))

    fileprivate static let unencodable = Explanation("wechat.unencodable", ourMistake)

    fileprivate static let other = Explanation(
        "wechat.error.other",
        Sentence(
            "微信拒绝了这次操作（错误 {code}：{words}）。",
            "WeChat refused (error {code}: {words})."))
}

extension TransportFailure.Reason {
    fileprivate var sentence: Sentence {
        switch self {
        case .unreachable:
            Sentence(
                "连接不上微信服务器。请检查本服务器的网络和域名解析，然后重试。",
                "WeChat's servers cannot be reached. Check network and DNS, then retry."
            )
        case .insecure:
            Sentence(
                "与微信之间无法建立安全连接。请检查本服务器的时间和根证书。",
                "No secure connection to WeChat. Check this server's clock and root certificates.")
        case .timedOut:
            Sentence(
                "微信没有及时回应。请稍后查看结果，再决定是否重试。",
                "WeChat did not answer in time. Look at the result later before you retry.")
        case .connectionLost:
            Sentence(
                "与微信的连接中途断开。请稍后查看结果，再决定是否重试。",
                "The connection to WeChat broke. Look at the result later before you retry.")
        case .answerTooLarge:
            Sentence(
                "微信返回的内容过大，已放弃读取。请减少一次查询的数量。",
                "WeChat's answer was too large and was dropped. Ask for fewer items at a time.")
        case .cancelled:
            Sentence(
                "操作在完成前被取消。请查看结果，必要时重试。",
                "The operation was cancelled before it ended. Look at the result; retry if needed.")
        }
    }
}
