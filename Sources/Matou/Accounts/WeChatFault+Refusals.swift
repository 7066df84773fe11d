/// What each of WeChat's refusals means to a marketer, and what to do about it. Here and not in the
/// pages' files of words, because exports say it too.
extension WeChatFault {
    /// By `errcode`: all of `wechat-wire.md` §1.8 that a call can meet.
    static let refusals: [Int: ExportText] =
        access.merging(messages) { first, _ in first }
        .merging(codesAndTags) { first, _ in first }
        .merging(media) { first, _ in first }
        .merging(mistakes) { first, _ in first }

    /// For what only a fault of the program can cause.
    static let ourMistake = ExportText(
        "程序发出的请求有误，微信没有接受。请把这条信息告诉系统管理员。",
        "The program sent a request that WeChat does not take. Show this to your administrator.")

    private static let badSecret = ExportText(
        "AppSecret 不正确。请在微信公众平台重置或核对后，在账号设置中重新填写。",
        "The app secret is wrong. Check or reset it in WeChat's console, then enter it anew.")
    private static let badAppID = ExportText(
        "AppID 不正确。请从微信公众平台复制后，在账号设置中重新填写。",
        "The app id is wrong. Copy it from WeChat's console into the account's settings.")
    private static let badToken = ExportText(
        "微信不接受当前的访问令牌。请稍后重试；若一直如此，请核对 AppID 和 AppSecret。",
        "WeChat does not accept the access token. Retry; if it stays, check the app id and secret.")
    private static let busy = ExportText(
        "微信系统繁忙。请稍后重试。", "WeChat is busy. Retry in a moment.")
    private static let notFollowing = ExportText(
        "对方没有关注该公众号，无法接收。", "The person does not follow the account, so nothing can be sent.")
    private static let unknownPerson = ExportText(
        "该公众号没有这个用户。请确认选择了正确的公众号。",
        "The account has no such person. Make sure that the right account is chosen.")
    private static let pictureAddressTooLong = ExportText(
        "链接或图片地址过长。请缩短后重试。", "A link or picture address is too long. Shorten it.")
    private static let missingFile = ExportText(
        "没有收到文件内容。请重新选择文件上传。", "The file arrived empty. Choose it again.")
    private static let wrongFormat = ExportText(
        "文件格式不受支持。图片请用 PNG、JPG 或 GIF，语音用 MP3 或 AMR，视频用 MP4，缩略图用 JPG。",
        "The file's format is not supported. Use PNG, JPG or GIF pictures, MP3 or AMR audio, "
            + "MP4 videos, JPG thumbnails.")
    private static let badScene = ExportText(
        "二维码参数不符合要求。请检查场景值（1 到 64 个字符）和有效期（最长 30 天）。",
        "WeChat does not take the code's parameters. Check the scene (1 to 64 characters) and the "
            + "lifetime (30 days at most).")

    private static let access: [Int: ExportText] = [
        -1: busy, 61450: busy,
        40001: badToken, 40014: badToken, 41001: badToken, 42001: badToken,
        40013: badAppID, 41002: badAppID,
        40125: badSecret, 41004: badSecret,
        45009: ExportText(
            "今天的接口调用次数已用完，零点恢复。请明天再试。",
            "Today's calls are used up; they are counted anew at midnight in China. Retry then."
        ),
        45011: ExportText(
            "调用过于频繁。请一分钟后重试。", "Too many calls in a short time. Retry in a minute."),
        48001: ExportText(
            "该公众号没有这个接口的权限。请确认账号已通过微信认证，并在微信公众平台查看接口权限。",
            "The account may not use this. Make sure that it is verified, and look at its permissions "
                + "in WeChat's console."),
        48004: ExportText(
            "该公众号的这个接口已被微信封禁。请登录微信公众平台查看原因。",
            "WeChat has blocked this for the account. Sign in to WeChat's console to see why."),
        48006: ExportText(
            "本月清零次数已用完（每月 10 次）。请等到下个月。",
            "The quota has been cleared ten times this month already. Wait for the next."
        ),
        48008: ExportText(
            "该公众号没有发送这种消息的权限。请换一种消息类型。",
            "The account may not send this type of message. Choose another type."),
        50001: ExportText(
            "用户未授权该公众号使用这个接口。", "The person has not allowed the account to do this."),
        50002: ExportText(
            "对方的微信账号受到限制，无法接收。", "The person's WeChat account is limited and cannot receive it."),
        76021: ourMistake,
        76022: ExportText(
            "该接口属于其他账号。请确认选择了正确的公众号。",
            "This belongs to another account. Make sure that the right account is chosen."),
    ]

    private static let messages: [Int: ExportText] = [
        40003: unknownPerson, 46004: unknownPerson, 49003: unknownPerson,
        40008: ExportText(
            "不支持这种消息类型。请换一种。", "This type of message is not supported. Choose another."),
        40165: ExportText(
            "小程序页面路径不正确。请核对路径后重试。", "The mini program has no such page. Check its path."),
        40166: ExportText(
            "小程序 AppID 不正确，或小程序没有与该公众号关联。请核对 AppID，并在微信公众平台关联小程序。",
            "The mini program's app id is wrong, or it is not linked to the account. Check the id "
                + "and link it in WeChat's console."),
        43004: notFollowing, 50005: notFollowing,
        43019: ExportText(
            "对方在该公众号的黑名单中。请先移出黑名单。",
            "The person is on the account's blacklist. Take them off it first."),
        44003: ExportText("图文卡片没有内容。请补充标题和链接。", "The card is empty. Give it a title and a link."),
        44004: ExportText("消息没有内容。请填写文字。", "The message is empty. Write some text."),
        45002: ExportText(
            "消息过长。文字最多 2048 字节，约 680 个汉字。",
            "The message is too long: at most 2,048 bytes, about 680 Chinese characters."),
        45003: ExportText("标题过长。请缩短后重试。", "The title is too long. Shorten it."),
        45004: ExportText("描述过长。请缩短后重试。", "The description is too long. Shorten it."),
        45005: pictureAddressTooLong, 45006: pictureAddressTooLong,
        45008: ExportText(
            "一条消息只能有一篇图文。请只保留一篇。", "A message holds exactly one article. Keep one."),
        45015: ExportText(
            "已超出可回复的时间，或对方已取消关注。扫码后须在 1 分钟内回复，对方发来消息后为 48 小时。",
            "The time for a reply is over, or the person has unfollowed. It is one minute after a scan "
                + "and 48 hours after a message."),
        45047: ExportText(
            "可回复的条数已用完。扫码后最多 3 条，对方发来消息后最多 5 条。",
            "No replies are left: three after a scan, five after a message of the person."),
        45072: ourMistake,
        45080: ExportText(
            "对方在 30 秒内没有互动，无法显示“正在输入”。",
            "The person was not active in the last 30 seconds, so typing cannot be shown."),
        45081: ExportText("已经在显示“正在输入”。", "Typing is already being shown."),
        48002: ExportText("对方关闭了消息接收。", "The person does not accept messages from the account."),
    ]

    private static let codesAndTags: [Int: ExportText] = [
        40052: ourMistake, 40053: badScene, 40035: badScene,
        45029: ExportText(
            "永久二维码数量已达上限（10 万个，无法释放）。请改用临时二维码。",
            "All of the account's 100,000 permanent codes are made. Use a temporary one."
        ),
        45056: ExportText(
            "该公众号的标签已达 100 个。请先删除不用的标签。",
            "The account already has 100 tags. Delete one that is not used first."),
        45057: ExportText(
            "标签下的粉丝超过 10 万，无法删除。请先移出粉丝。",
            "More than 100,000 followers wear the tag. Take it off them before deleting it."),
        45058: ExportText("微信自带的标签不能修改。", "WeChat's own tags cannot be changed."),
        45059: ExportText(
            "该粉丝已有 20 个标签。请先移除一个。", "The follower already wears 20 tags. Take one off first."),
        45157: ExportText(
            "标签名已存在或含有不允许的字符。请换一个名称。",
            "The tag's name is taken or not allowed. Choose another."),
        45158: ExportText(
            "标签名过长。最多 30 字节，约 10 个汉字。",
            "The tag's name is too long: at most 30 bytes, about 10 Chinese characters."),
        45159: ExportText(
            "标签不存在，可能已在微信后台删除。请重新同步标签。",
            "There is no such tag; it may have been deleted in WeChat. Sync the tags."),
    ]

    private static let media: [Int: ExportText] = [
        40004: wrongFormat, 40005: wrongFormat, 40113: wrongFormat, 40137: wrongFormat,
        40006: ExportText("文件大小不符合要求。请压缩后重试。", "The file's size is not allowed. Make it smaller."),
        40007: ExportText(
            "素材不存在或已过期。请重新上传或选择素材。",
            "The material does not exist or has expired. Upload or choose it again."),
        40009: ExportText("图片过大。最多 10 MB。", "The picture is too large: at most 10 MB."),
        40010: ExportText("语音过大。最多 2 MB。", "The audio is too large: at most 2 MB."),
        40011: ExportText("视频过大。最多 10 MB。", "The video is too large: at most 10 MB."),
        40012: ExportText("缩略图过大。最多 64 KB。", "The thumbnail is too large: at most 64 KB."),
        41005: missingFile, 44001: missingFile,
        41006: ExportText("没有选择素材。请选择后重试。", "No material is chosen. Choose one."),
        45001: ExportText("文件过大。请压缩后重试。", "The file is too large. Make it smaller."),
        45007: ExportText("语音过长。最多 60 秒。", "The audio is too long: at most 60 seconds."),
        53600: ExportText(
            "图文不存在，可能已在微信撤回。请重新同步图文，另选一篇。",
            "There is no such article; it may have been taken back at WeChat. Sync the articles and "
                + "choose another."),
        46001: ExportText(
            "素材不存在，可能已在微信后台删除。请重新上传。",
            "There is no such material; it may have been deleted in WeChat. Upload it again."),
    ]

    private static let mistakes: [Int: ExportText] = [
        40002: ourMistake, 40031: ourMistake, 40033: ourMistake, 43001: ourMistake,
        43002: ourMistake, 43003: ourMistake, 44002: ourMistake, 47001: ourMistake,
        40032: ExportText(
            "一次选择的粉丝过多。每次最多 50 人。", "Too many followers at once: at most 50."),
    ]
}
