public import HTTPClient

/// Why a call of WeChat's API did not do what it was asked.
///
/// None of it holds a token, a secret or a URL: it may be logged and shown.
public enum WeChatError: Error, Sendable, Equatable {
    /// No HTTP answer came.
    case transport(TransportFailure)
    /// An answer came that WeChat's API does not give, often from something between it and us.
    case invalidAnswer(InvalidAnswer)
    /// WeChat said no. The words are its `errmsg`, for people; only the code decides.
    case refused(ErrorCode, words: String)
    /// The place where processes share the account's token failed; nothing was sent. With its own
    /// words.
    case tokenStore(String)
    /// The values to send do not fit into JSON (a number that is not finite); nothing was sent.
    case unencodable
}

/// An answer that cannot be understood.
public struct InvalidAnswer: Error, Sendable, Equatable {
    public enum Reason: String, Sendable {
        /// Not 2xx, and no WeChat error in it. WeChat answers 200 even to refuse.
        case unexpectedStatus
        case notJSON
        /// JSON without a member that was promised.
        case unexpectedShape
        /// JSON or nothing where a file was asked for.
        case notAFile
    }

    public let status: Int
    public let reason: Reason
    public let delivery: Delivery

    public init(status: Int, _ reason: Reason, _ delivery: Delivery = .unknown) {
        self.status = status
        self.reason = reason
        self.delivery = delivery
    }
}

extension WeChatError {
    /// Whether WeChat may have done what it was asked although we were not told.
    ///
    /// After a message to a person this is the state "unknown": sending it again could show it
    /// twice.
    public var mayHaveArrived: Bool {
        switch self {
        case .transport(let failure): failure.delivery == .unknown
        case .invalidAnswer(let answer): answer.delivery == .unknown
        case .refused, .tokenStore, .unencodable: false
        }
    }

    /// Whether the same call may succeed later though nobody changed anything.
    ///
    /// For what must not be done twice, ask `mayHaveArrived` first.
    public var isRetryable: Bool {
        switch self {
        case .refused(.minuteQuotaReached, _), .tokenStore: true
        default: mayPass
        }
    }

    /// Whether the token was refused, and a new one may help.
    public var needsNewToken: Bool {
        switch self {
        case .refused(.invalidCredential, _), .refused(.invalidAccessToken, _),
            .refused(.accessTokenExpired, _):
            true
        default: false
        }
    }

    /// Whether waiting a second may be enough.
    var mayPass: Bool {
        switch self {
        case .transport(let failure):
            failure.reason != .cancelled && failure.reason != .answerTooLarge
        case .invalidAnswer(let answer): answer.status >= 500
        case .refused(let code, _): code == .systemBusy || code == .systemError
        case .tokenStore, .unencodable: false
        }
    }

    func allows(_ repeating: APICall.Repeating) -> Bool {
        switch repeating {
        case .idempotent: true
        case .onlyIfNotSent:
            if case .transport(let failure) = self { failure.delivery == .notSent } else { false }
        }
    }

    /// The same failure seen by a call that had to wait for it and was never sent itself.
    var beforeTheCall: WeChatError {
        switch self {
        case .transport(let failure): .transport(TransportFailure(failure.reason, .notSent))
        case .invalidAnswer(let answer):
            .invalidAnswer(InvalidAnswer(status: answer.status, answer.reason, .notSent))
        case .refused, .tokenStore, .unencodable: self
        }
    }
}
