/// WeChat's `errcode`, named by its meaning (`wechat-wire.md` §1.8).
public struct ErrorCode: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }
    public init(_ rawValue: Int) { self.rawValue = rawValue }
}

extension ErrorCode: CustomStringConvertible, Codable {
    public var description: String { String(rawValue) }
}

/// The credential, the token and who may call.
extension ErrorCode {
    public static let systemBusy = ErrorCode(-1)
    public static let invalidCredential = ErrorCode(40001)
    public static let invalidGrantType = ErrorCode(40002)
    public static let invalidAppID = ErrorCode(40013)
    public static let invalidAccessToken = ErrorCode(40014)
    public static let invalidAppSecret = ErrorCode(40125)
    public static let addressNotInWhitelist = ErrorCode(40164)
    public static let accessTokenMissing = ErrorCode(41001)
    public static let appIDMissing = ErrorCode(41002)
    public static let appSecretMissing = ErrorCode(41004)
    public static let accessTokenExpired = ErrorCode(42001)
    public static let dailyQuotaReached = ErrorCode(45009)
    public static let minuteQuotaReached = ErrorCode(45011)
    public static let apiUnauthorized = ErrorCode(48001)
    public static let apiForbidden = ErrorCode(48004)
    public static let quotaClearedTooOften = ErrorCode(48006)
    public static let messageTypeUnauthorized = ErrorCode(48008)
    public static let userUnauthorized = ErrorCode(50001)
    public static let userLimited = ErrorCode(50002)
    public static let systemError = ErrorCode(61450)
    public static let wrongQuotaPath = ErrorCode(76021)
    public static let quotaOfAnotherAccount = ErrorCode(76022)
}

/// The shape of a request: one of these is the caller's mistake.
extension ErrorCode {
    public static let invalidOpenIDList = ErrorCode(40031)
    public static let invalidOpenIDListSize = ErrorCode(40032)
    public static let invalidCharset = ErrorCode(40033)
    public static let invalidArguments = ErrorCode(40035)
    public static let getRequired = ErrorCode(43001)
    public static let postRequired = ErrorCode(43002)
    public static let httpsRequired = ErrorCode(43003)
    public static let emptyPostData = ErrorCode(44002)
    public static let dataFormatError = ErrorCode(47001)
}

/// People, and messages to them.
extension ErrorCode {
    public static let invalidOpenID = ErrorCode(40003)
    public static let invalidMessageType = ErrorCode(40008)
    public static let invalidMiniProgramPath = ErrorCode(40165)
    public static let invalidMiniProgramAppID = ErrorCode(40166)
    public static let subscriptionRequired = ErrorCode(43004)
    public static let userBlacklisted = ErrorCode(43019)
    public static let emptyNewsData = ErrorCode(44003)
    public static let emptyContent = ErrorCode(44004)
    public static let contentTooLong = ErrorCode(45002)
    public static let titleTooLong = ErrorCode(45003)
    public static let descriptionTooLong = ErrorCode(45004)
    public static let urlTooLong = ErrorCode(45005)
    public static let pictureURLTooLong = ErrorCode(45006)
    public static let tooManyArticles = ErrorCode(45008)
    public static let replyWindowClosed = ErrorCode(45015)
    public static let replyCountReached = ErrorCode(45047)
    public static let invalidTypingCommand = ErrorCode(45072)
    public static let typingWithoutInteraction = ErrorCode(45080)
    public static let alreadyTyping = ErrorCode(45081)
    public static let userNotFound = ErrorCode(46004)
    public static let userBlocksMessages = ErrorCode(48002)
    public static let openIDOfAnotherAccount = ErrorCode(49003)
    public static let userUnsubscribed = ErrorCode(50005)
}

/// Codes and tags.
extension ErrorCode {
    public static let invalidActionName = ErrorCode(40052)
    public static let invalidActionInfo = ErrorCode(40053)
    public static let qrCodeCountReached = ErrorCode(45029)
    public static let tooManyTags = ErrorCode(45056)
    public static let tagHasTooManyFollowers = ErrorCode(45057)
    public static let builtInTag = ErrorCode(45058)
    public static let tooManyTagsOnFollower = ErrorCode(45059)
    public static let invalidTagName = ErrorCode(45157)
    public static let tagNameTooLong = ErrorCode(45158)
    public static let invalidTagID = ErrorCode(45159)
}

/// Media and materials.
extension ErrorCode {
    public static let invalidMediaType = ErrorCode(40004)
    public static let invalidFileType = ErrorCode(40005)
    public static let invalidMediaSize = ErrorCode(40006)
    public static let invalidMediaID = ErrorCode(40007)
    public static let invalidImageSize = ErrorCode(40009)
    public static let invalidVoiceSize = ErrorCode(40010)
    public static let invalidVideoSize = ErrorCode(40011)
    public static let invalidThumbSize = ErrorCode(40012)
    public static let unsupportedFileType = ErrorCode(40113)
    public static let invalidImageFormat = ErrorCode(40137)
    public static let mediaDataMissing = ErrorCode(41005)
    public static let mediaIDMissing = ErrorCode(41006)
    public static let emptyMediaData = ErrorCode(44001)
    public static let mediaTooLarge = ErrorCode(45001)
    public static let playTimeTooLong = ErrorCode(45007)
    public static let mediaNotFound = ErrorCode(46001)
}
