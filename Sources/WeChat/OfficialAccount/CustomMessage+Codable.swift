extension CustomMessage: Codable {
    /// WeChat's name of the type, for example `text`.
    public var type: String { key.rawValue }

    private enum Key: String, CodingKey {
        case text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu
        case miniprogrampage, wxcard
    }

    private enum TypeKey: String, CodingKey { case msgtype }

    private struct Content: Codable { var content: String }
    private struct Articles: Codable { var articles: [Article] }

    private struct Media: Codable {
        var mediaID: String
        enum CodingKeys: String, CodingKey { case mediaID = "media_id" }
    }

    private struct PublishedArticle: Codable {
        var articleID: String
        enum CodingKeys: String, CodingKey { case articleID = "article_id" }
    }

    private struct Card: Codable {
        var cardID: String
        enum CodingKeys: String, CodingKey { case cardID = "card_id" }
    }

    private var key: Key {
        switch self {
        case .text: .text
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .music: .music
        case .news: .news
        case .mpnews: .mpnews
        case .mpnewsarticle: .mpnewsarticle
        case .msgmenu: .msgmenu
        case .miniprogrampage: .miniprogrampage
        case .wxcard: .wxcard
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var typed = encoder.container(keyedBy: TypeKey.self)
        try typed.encode(type, forKey: .msgtype)
        var container = encoder.container(keyedBy: Key.self)
        func put(_ payload: some Encodable) throws { try container.encode(payload, forKey: key) }
        switch self {
        case .text(let text): try put(Content(content: text))
        case .image(let id), .voice(let id), .mpnews(let id): try put(Media(mediaID: id))
        case .video(let video): try put(video)
        case .music(let music): try put(music)
        case .news(let article): try put(Articles(articles: [article]))
        case .mpnewsarticle(let id): try put(PublishedArticle(articleID: id))
        case .msgmenu(let menu): try put(menu)
        case .miniprogrampage(let page): try put(page)
        case .wxcard(let id): try put(Card(cardID: id))
        }
    }

    public init(from decoder: any Decoder) throws {
        let typed = try decoder.container(keyedBy: TypeKey.self)
        let name = try typed.decode(String.self, forKey: .msgtype)
        guard let key = Key(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .msgtype, in: typed, debugDescription: "no message type ‘\(name)’")
        }
        let container = try decoder.container(keyedBy: Key.self)
        func payload<Payload: Decodable>(_: Payload.Type = Payload.self) throws -> Payload {
            try container.decode(Payload.self, forKey: key)
        }
        switch key {
        case .text: self = .text(try payload(Content.self).content)
        case .image: self = .image(mediaID: try payload(Media.self).mediaID)
        case .voice: self = .voice(mediaID: try payload(Media.self).mediaID)
        case .video: self = .video(try payload())
        case .music: self = .music(try payload())
        case .news:
            let articles = try payload(Articles.self).articles
            guard let article = articles.first, articles.count == 1 else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "not exactly one article")
            }
            self = .news(article)
        case .mpnews: self = .mpnews(mediaID: try payload(Media.self).mediaID)
        case .mpnewsarticle:
            self = .mpnewsarticle(articleID: try payload(PublishedArticle.self).articleID)
        case .msgmenu: self = .msgmenu(try payload())
        case .miniprogrampage: self = .miniprogrampage(try payload())
        case .wxcard: self = .wxcard(cardID: try payload(Card.self).cardID)
        }
    }
}
