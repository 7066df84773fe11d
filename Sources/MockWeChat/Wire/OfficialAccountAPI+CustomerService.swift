extension OfficialAccountAPI {
    static let customerService: [Endpoint] = [
        .post("/cgi-bin/message/custom/send", .verified, dailyLimit: 500_000) {
            world, call throws(Errcode) in
            try world.sendCustomMessage(call)
        },
        .post("/cgi-bin/message/custom/typing", .verified, dailyLimit: 500_000) {
            world, call throws(Errcode) in
            try world.showTyping(call)
        },
    ]
}

extension World {
    static let typingWindow = Duration.seconds(30)
    /// How long the fan's phone says that the account is typing.
    static let typingLasts = Duration.seconds(15)

    fileprivate mutating func sendCustomMessage(_ call: APICall) throws(Errcode) -> APIAnswer {
        var fan = try fan(openid: call.text("touser"), at: call.appid)
        let content = try customMessage(call)
        try fan.spendMessage(at: call.now)
        fan.typingUntil = nil
        fans[fan.openid] = fan
        deliver(content, to: fan.person, from: call.appid, via: .customMessage, at: call.now)
        return .ok
    }

    fileprivate mutating func showTyping(_ call: APICall) throws(Errcode) -> APIAnswer {
        var fan = try fan(openid: call.text("touser"), at: call.appid)
        let command = call.text("command")
        guard command == "Typing" || command == "CancelTyping" else { throw .invalidTypingCommand }
        guard fan.isSubscribed, let last = fan.lastInteraction,
            call.now - last <= Self.typingWindow
        else { throw .typingOutOfWindow }
        let isTyping = fan.typingUntil.map { call.now < $0 } ?? false
        guard command == "CancelTyping" || !isTyping else { throw .alreadyTyping }
        fan.typingUntil = command == "Typing" ? call.now + Self.typingLasts : nil
        fans[fan.openid] = fan
        return .ok
    }

    /// The message that the call carries, every field of it checked (`wechat-wire.md` §1.4).
    private func customMessage(_ call: APICall) throws(Errcode) -> Message.Content {
        let type = call.text("msgtype")
        let payload = call.json[type] ?? .null
        switch type {
        case "text": return .text(try content(payload["content"]))
        case "image":
            return .image(mediaID: try usable(payload["media_id"], as: .image, call))
        case "voice":
            return .voice(mediaID: try usable(payload["media_id"], as: .voice, call))
        case "video": return try video(payload, call)
        case "music": return try music(payload, call)
        case "news": return .news([try Message.Article(sole: payload["articles"])])
        case "mpnews": return .news([try storedArticle(payload["media_id"], call)])
        case "mpnewsarticle":
            return .news([try publishedArticle(payload["article_id"], call)])
        case "msgmenu": return try menu(payload)
        case "miniprogrampage": return .miniProgram(try miniProgramCard(payload, call))
        case "wxcard":
            guard let id = payload["card_id"]?.string, !id.isEmpty else { throw .invalidArgsSize }
            return .card(id: id)
        case "link": throw .messageTypeNotPermitted
        default: throw .invalidMessageType
        }
    }

    private func content(_ value: JSON?) throws(Errcode) -> String {
        guard let text = value?.string, !text.isEmpty else { throw .emptyContent }
        guard text.utf8.count <= Message.textBytesMax else { throw .contentTooLong }
        return text
    }

    /// The id of a picture, voice, video or thumb of the account that is still there.
    private func usable(_ value: JSON?, as type: Media.Kind, _ call: APICall)
        throws(Errcode) -> String
    {
        try usableMedia(value?.string ?? "", as: type, of: call.appid, at: call.now).id
    }

    private func video(_ payload: JSON, _ call: APICall) throws(Errcode) -> Message.Content {
        let title = payload["title"]?.string ?? ""
        let description = payload["description"]?.string ?? ""
        guard title.utf8.count <= Message.titleBytesMax else { throw .titleTooLong }
        guard description.utf8.count <= Message.descriptionBytesMax else {
            throw .descriptionTooLong
        }
        if let thumb = payload["thumb_media_id"] { _ = try usable(thumb, as: .thumb, call) }
        let mediaID = try usable(payload["media_id"], as: .video, call)
        return .video(mediaID: mediaID, title: title, description: description)
    }

    private func music(_ payload: JSON, _ call: APICall) throws(Errcode) -> Message.Content {
        let title = payload["title"]?.string ?? ""
        guard title.utf8.count <= Message.titleBytesMax else { throw .titleTooLong }
        guard let url = payload["musicurl"]?.string, !url.isEmpty else { throw .emptyContent }
        guard url.utf8.count <= Message.urlBytesMax else { throw .urlTooLong }
        _ = try usable(payload["thumb_media_id"], as: .thumb, call)
        return .music(
            title: title, description: payload["description"]?.string ?? "", url: url)
    }

    private func menu(_ payload: JSON) throws(Errcode) -> Message.Content {
        var items: [Message.MenuItem] = []
        for item in payload["list"]?.array ?? [] {
            guard let id = item["id"]?.string, !id.isEmpty else { throw .invalidArgsSize }
            items.append(Message.MenuItem(id: id, content: try content(item["content"])))
        }
        guard !items.isEmpty else { throw .emptyContent }
        let head = payload["head_content"]?.string ?? ""
        let tail = payload["tail_content"]?.string ?? ""
        let bytes = items.reduce(head.utf8.count + tail.utf8.count) { $0 + $1.content.utf8.count }
        guard bytes <= Message.textBytesMax else { throw .contentTooLong }
        return .menu(head: head, items: items, tail: tail)
    }

    private func miniProgramCard(_ payload: JSON, _ call: APICall)
        throws(Errcode) -> Message.MiniProgramCard
    {
        let title = payload["title"]?.string ?? ""
        guard !title.isEmpty else { throw .emptyContent }
        guard title.utf8.count <= Message.miniProgramTitleBytesMax else { throw .titleTooLong }
        let appid = payload["appid"]?.string ?? ""
        let linked = accounts[call.appid]?.linkedMiniPrograms
        guard appid.hasPrefix("wx"), linked?.contains(appid) ?? true else {
            throw .invalidMiniProgram
        }
        let pagepath = payload["pagepath"]?.string ?? ""
        guard !pagepath.isEmpty, pagepath.utf8.count <= Message.urlBytesMax else {
            throw .invalidPagepath
        }
        let thumb = try usableMedia(
            payload["thumb_media_id"]?.string ?? "", as: nil, of: call.appid, at: call.now)
        guard thumb.kind == .image || thumb.kind == .thumb else { throw .invalidMediaID }
        return Message.MiniProgramCard(
            title: title, appid: appid, pagepath: pagepath, thumbMediaID: thumb.id)
    }

    private func storedArticle(_ value: JSON?, _ call: APICall) throws(Errcode) -> Message.Article {
        guard let draft = drafts[value?.string ?? ""], draft.appid == call.appid,
            let first = draft.articles.first
        else { throw .invalidMediaID }
        guard draft.articles.count == 1 else { throw .wrongArticleCount }
        return card(of: first)
    }

    private func publishedArticle(
        _ value: JSON?, _ call: APICall
    ) throws(Errcode) -> Message.Article {
        let publication = try publication(value?.string ?? "", of: call.appid)
        guard let first = publication.articles.first, publication.deleted.isEmpty else {
            throw .invalidArticleID
        }
        guard publication.articles.count == 1 else { throw .wrongArticleCount }
        return card(of: first)
    }

    private func card(of article: DraftArticle) -> Message.Article {
        Message.Article(
            title: article.title, description: article.digest, url: article.url,
            picurl: media[article.thumbMediaID]?.url ?? "")
    }
}

extension Message {
    static let textBytesMax = 2048
    static let titleBytesMax = 128
    static let descriptionBytesMax = 512
    static let urlBytesMax = 2048
    static let miniProgramTitleBytesMax = 64
}

extension Message.Article {
    /// The one article of a list; more or fewer are refused.
    init(sole list: JSON?) throws(Errcode) {
        guard let articles = list?.array, let article = articles.first else {
            throw .emptyNewsData
        }
        guard articles.count == 1 else { throw .wrongArticleCount }
        try self.init(
            title: article["title"]?.string ?? "",
            description: article["description"]?.string ?? "",
            checkedURL: article["url"]?.string ?? "", picurl: article["picurl"]?.string ?? "")
    }

    init(title: String, description: String, checkedURL url: String, picurl: String)
        throws(Errcode)
    {
        guard !title.isEmpty else { throw .emptyNewsData }
        guard title.utf8.count <= Message.titleBytesMax else { throw .titleTooLong }
        guard description.utf8.count <= Message.descriptionBytesMax else {
            throw .descriptionTooLong
        }
        guard url.utf8.count <= Message.urlBytesMax else { throw .urlTooLong }
        guard picurl.utf8.count <= Message.urlBytesMax else { throw .picurlTooLong }
        self.init(title: title, description: description, url: url, picurl: picurl)
    }
}
