/// A call that WeChat refuses: HTTP 200 with `errcode` and `errmsg`, as its manual prints them.
struct Errcode: Error, Sendable, Hashable {
    let code: Int
    let errmsg: String

    init(_ code: Int, _ errmsg: String) {
        self.code = code
        self.errmsg = errmsg
    }

    /// The words that belong to a code, for faults that name only the number.
    init(code: Int) {
        self = Self.listed.first { $0.code == code } ?? Self(code, "system error")
    }

    static func addressNotInWhitelist(_ address: String) -> Self {
        Self(40164, "invalid ip \(address) ipv6 ::ffff:\(address), not in whitelist")
    }

    static let systemError = Self(-1, "system error")
    static let invalidCredential = Self(
        40001, "invalid credential, access_token is invalid or not latest")
    static let invalidGrantType = Self(40002, "invalid grant_type")
    static let invalidOpenid = Self(40003, "invalid openid")
    static let invalidMediaType = Self(40004, "invalid media type")
    static let invalidFileType = Self(40005, "invalid file type")
    static let invalidMediaSize = Self(40006, "invalid meida size")
    static let invalidMediaID = Self(40007, "invalid media_id")
    static let invalidMessageType = Self(40008, "invalid message type")
    static let invalidImageSize = Self(40009, "invalid image size")
    static let invalidVoiceSize = Self(40010, "invalid voice size")
    static let invalidVideoSize = Self(40011, "invalid video size")
    static let invalidThumbSize = Self(40012, "invalid thumb size")
    static let invalidAppid = Self(40013, "invalid appid")
    static let invalidAccessToken = Self(40014, "invalid access_token")
    static let invalidOpenidList = Self(40031, "invalid openid list")
    static let invalidOpenidListSize = Self(40032, "invalid openid list size")
    static let invalidArgsSize = Self(40035, "invalid args size")
    static let invalidActionName = Self(40052, "invalid action name")
    static let invalidActionInfo = Self(40053, "invalid action info")
    static let unsupportedFileType = Self(40113, "unsupported file type")
    static let invalidAppsecret = Self(40125, "invalid appsecret")
    static let invalidPagepath = Self(40165, "invalid weapp pagepath")
    static let invalidMiniProgram = Self(40166, "invalid weapp appid")
    static let accessTokenMissing = Self(41001, "access_token missing")
    static let appidMissing = Self(41002, "appid missing")
    static let appsecretMissing = Self(41004, "appsecret missing")
    static let mediaDataMissing = Self(41005, "media data missing")
    static let mediaIDMissing = Self(41006, "media_id missing")
    static let accessTokenExpired = Self(42001, "access_token expired")
    static let requiresGet = Self(43001, "require GET method")
    static let requiresPost = Self(43002, "require POST method")
    static let requiresSubscription = Self(43004, "require subscribe")
    static let emptyMediaData = Self(44001, "empty media data")
    static let emptyPostData = Self(44002, "empty post data")
    static let emptyNewsData = Self(44003, "empty news data")
    static let emptyContent = Self(44004, "empty content")
    static let mediaTooLarge = Self(45001, "media size out of limit")
    static let contentTooLong = Self(45002, "content size out of limit")
    static let titleTooLong = Self(45003, "title size out of limit")
    static let descriptionTooLong = Self(45004, "description size out of limit")
    static let urlTooLong = Self(45005, "url size out of limit")
    static let picurlTooLong = Self(45006, "picurl size out of limit")
    static let playtimeTooLong = Self(45007, "playtime out of limit")
    static let wrongArticleCount = Self(45008, "article size out of limit")
    static let dailyQuotaReached = Self(45009, "reach max api daily quota limit")
    static let minuteQuotaReached = Self(
        45011, "api minute-quota reach limit, must slower, retry next minute")
    static let outOfWindow = Self(45015, "response out of time limit or subscription is canceled")
    static let tooManyCodes = Self(45029, "qrcode count out of limit")
    static let outOfMessages = Self(45047, "out of response count limit")
    static let tooManyTags = Self(45056, "too many tag now, no need to add new")
    static let tagHasTooManyFans = Self(45057, "can't delete the tag that has too many fans")
    static let systemTag = Self(45058, "can't modify sys tag")
    static let fanHasTooManyTags = Self(45059, "can not tagging one user too much")
    static let invalidTypingCommand = Self(45072, "command field must be Typing or CancelTyping")
    static let typingOutOfWindow = Self(
        45080, "response out of time limit or no recent interaction")
    static let alreadyTyping = Self(45081, "already typing")
    static let invalidTagName = Self(45157, "invalid tag name")
    static let tagNameTooLong = Self(45158, "tag name too long")
    static let invalidTagID = Self(45159, "invalid tag id")
    static let noSuchMedia = Self(46001, "media data no exist")
    static let malformedData = Self(47001, "data format error")
    static let unauthorized = Self(48001, "api unauthorized")
    static let quotaClearingsUsedUp = Self(
        48006, "forbid to clear quota because of reaching the limit")
    static let messageTypeNotPermitted = Self(48008, "no permission for this msgtype")
    static let foreignOpenid = Self(49003, "not match openid with appid")
    static let invalidArticleID = Self(53600, "invalid article_id")
    static let invalidPublishID = Self(53602, "invalid publish_id")
    static let invalidPath = Self(76021, "cgi_path not found, please check")

    private static let listed: [Self] = [
        systemError, invalidCredential, invalidGrantType, invalidOpenid, invalidMediaType,
        invalidFileType, invalidMediaSize, invalidMediaID, invalidMessageType, invalidAppid,
        invalidAccessToken, invalidArgsSize, invalidActionName, invalidActionInfo, invalidAppsecret,
        addressNotInWhitelist("203.0.113.9"), accessTokenMissing, accessTokenExpired,
        requiresSubscription, Self(43019, "require remove blacklist"), contentTooLong,
        dailyQuotaReached, minuteQuotaReached, outOfWindow, tooManyCodes, outOfMessages,
        tooManyTags, fanHasTooManyTags, noSuchMedia, malformedData, unauthorized,
        Self(48002, "user block receive message"), Self(48004, "api forbidden"), foreignOpenid,
        Self(50002, "user limited"), Self(61450, "system error"),
    ]
}
