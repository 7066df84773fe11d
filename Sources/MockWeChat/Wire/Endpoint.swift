import HTTP

/// Which of Tencent's three products a call belongs to.
///
/// They share paths: `X-Original-Host` decides, or the owner of the access token.
enum Product: String, Sendable, Codable {
    case officialAccount, miniProgram, weCom
}

/// One interface of WeChat's: its path, its rules, and what it does.
struct Endpoint: Sendable {
    enum Verb: Sendable {
        case get, post, either
    }

    enum Content: Sendable {
        case none, json, form
    }

    enum Access: Sendable {
        /// No access token: the call shows its own credentials, or needs none.
        case open
        case token
        /// Only a verified account (48001).
        case verified
    }

    var product = Product.officialAccount
    let path: String
    let verb: Verb
    let content: Content
    let access: Access
    /// Calls of one account in a day (45009) and in a minute (45011).
    let dailyLimit: Int
    let minuteLimit: Int?
    let answer: @Sendable (inout World, APICall) throws(Errcode) -> APIAnswer

    /// For interfaces whose quota is not published.
    static let dailyLimitDefault = 1_000_000
    static let bodyBytesMax = 12 << 20

    static func get(
        _ path: String, _ access: Access = .token, dailyLimit: Int = dailyLimitDefault,
        _ answer: @escaping @Sendable (inout World, APICall) throws(Errcode) -> APIAnswer
    ) -> Endpoint {
        Endpoint(
            path: path, verb: .get, content: .none, access: access, dailyLimit: dailyLimit,
            minuteLimit: nil, answer: answer)
    }

    static func post(
        _ path: String, _ access: Access = .token, verb: Verb = .post, content: Content = .json,
        dailyLimit: Int = dailyLimitDefault, minuteLimit: Int? = nil,
        _ answer: @escaping @Sendable (inout World, APICall) throws(Errcode) -> APIAnswer
    ) -> Endpoint {
        Endpoint(
            path: path, verb: verb, content: content, access: access, dailyLimit: dailyLimit,
            minuteLimit: minuteLimit, answer: answer)
    }

    /// Refuses the wrong verb, in WeChat's words.
    func check(_ method: Method) throws(Errcode) {
        switch verb {
        case .get: guard method == .get || method == .head else { throw .requiresGet }
        case .post: guard method == .post else { throw .requiresPost }
        case .either: guard method == .get || method == .post else { throw .requiresPost }
        }
    }
}

/// A call whose access token was accepted, and whose body was read.
struct APICall: Sendable {
    /// The account of the token; "" on open interfaces.
    let appid: String
    let request: Request
    let json: JSON
    let form: Form?
    let now: Moment

    func query(_ name: String) -> String {
        request.query(name) ?? ""
    }

    /// The text of a member, "" when it is absent or no text.
    func text(_ name: String) -> String {
        json[name]?.string ?? ""
    }
}

/// What an interface answers.
enum APIAnswer: Sendable {
    case json(JSON)
    /// The file itself.
    case file(MediaFile, name: String)
    /// A picture of that text as a QR code.
    case code(String)
    case notFound

    static let ok = APIAnswer.json(["errcode": 0, "errmsg": "ok"])
}
