/// What an account's server answered to a callback (`wechat-wire.md` §2.5).
enum PassiveReply: Sendable {
    /// `success`, an empty body, or a transfer to the human agents: the fan sees nothing.
    case nothing
    case message(Message.Content)
    /// The fan reads that the service failed; the words are for the developer.
    case wrong(String)
}

extension World {
    /// Reads the answer's body, decrypts it where it must be encrypted, and checks every field.
    func passiveReply(_ body: [UInt8], to callback: Callback, at now: Moment) -> PassiveReply {
        guard let account = accounts[callback.appid] else { return .nothing }
        let text = String(decoding: body, as: UTF8.self)
        if text.isEmpty || text == "success" { return .nothing }
        guard let outer = XMLElement(document: body) else {
            return .wrong("The answer is neither \"success\" nor empty nor an XML reply.")
        }
        guard let encrypted = outer.text(of: "Encrypt") else {
            guard account.mode != .safe else {
                return .wrong("In safe mode a reply must be encrypted.")
            }
            return reply(outer, to: callback, account, now)
        }
        return decrypted(encrypted, outer, to: callback, account, now)
    }

    private func decrypted(
        _ encrypted: String, _ outer: XMLElement, to callback: Callback, _ account: OfficialAccount,
        _ now: Moment
    ) -> PassiveReply {
        guard account.mode != .plain, let cipher = account.cipher else {
            return .wrong("An encrypted reply came, but the account is in plain mode.")
        }
        let signature = CallbackSignature.sign(
            account.token, outer.text(of: "TimeStamp") ?? "", outer.text(of: "Nonce") ?? "",
            encrypted)
        guard outer.text(of: "MsgSignature") == signature else {
            return .wrong("The reply's MsgSignature is wrong.")
        }
        guard let text = cipher.decrypt(encrypted) else {
            return .wrong("The reply cannot be decrypted with the account's key and appid.")
        }
        guard let inner = XMLElement(document: Array(text.utf8)) else {
            return .wrong("The decrypted reply is no XML.")
        }
        return reply(inner, to: callback, account, now)
    }

    private func reply(
        _ xml: XMLElement, to callback: Callback, _ account: OfficialAccount, _ now: Moment
    ) -> PassiveReply {
        guard xml.text(of: "ToUserName") == callback.openid else {
            return .wrong("ToUserName of the reply is not the fan's openid.")
        }
        guard xml.text(of: "FromUserName") == account.originalID else {
            return .wrong("FromUserName of the reply is not the account's original id.")
        }
        guard let created = xml.text(of: "CreateTime"), Int64(created) != nil else {
            return .wrong("CreateTime of the reply is no number.")
        }
        do {
            return try content(of: xml, to: callback, now)
        } catch {
            return .wrong("The reply is refused with \(error.code) \(error.errmsg).")
        }
    }

    private func content(of xml: XMLElement, to callback: Callback, _ now: Moment)
        throws(Errcode) -> PassiveReply
    {
        func mediaID(_ element: String, _ kind: Media.Kind, _ name: String = "MediaId")
            throws(Errcode) -> String
        {
            let id = xml.child(element)?.text(of: name) ?? ""
            return try usableMedia(id, as: kind, of: callback.appid, at: now).id
        }
        func words(_ element: String, _ name: String) -> String {
            xml.child(element)?.text(of: name) ?? ""
        }
        switch xml.text(of: "MsgType") ?? "" {
        case "text":
            let content = xml.child("Content")?.text ?? ""
            guard !content.isEmpty else { throw .emptyContent }
            guard content.utf8.count <= Message.textBytesMax else { throw .contentTooLong }
            return .message(.text(content))
        case "image": return .message(.image(mediaID: try mediaID("Image", .image)))
        case "voice": return .message(.voice(mediaID: try mediaID("Voice", .voice)))
        case "video":
            return .message(
                .video(
                    mediaID: try mediaID("Video", .video), title: words("Video", "Title"),
                    description: words("Video", "Description")))
        case "music":
            _ = try mediaID("Music", .thumb, "ThumbMediaId")
            return .message(
                .music(
                    title: words("Music", "Title"), description: words("Music", "Description"),
                    url: words("Music", "MusicUrl")))
        case "news": return .message(.news([try article(of: xml, to: callback)]))
        case "transfer_customer_service": return .nothing
        default: throw .invalidMessageType
        }
    }

    /// One article is shown. Events may be answered with up to eight, of which the others are cut;
    /// messages with one.
    private func article(of xml: XMLElement, to callback: Callback)
        throws(Errcode) -> Message.Article
    {
        let items = xml.child("Articles")?.children.filter { $0.name == "item" } ?? []
        guard let item = items.first else { throw .emptyNewsData }
        let countMax = callback.isMessage ? 1 : 8
        guard items.count <= countMax, xml.text(of: "ArticleCount") == String(items.count) else {
            throw .wrongArticleCount
        }
        return try Message.Article(
            title: item.text(of: "Title") ?? "", description: item.text(of: "Description") ?? "",
            checkedURL: item.text(of: "Url") ?? "", picurl: item.text(of: "PicUrl") ?? "")
    }
}
