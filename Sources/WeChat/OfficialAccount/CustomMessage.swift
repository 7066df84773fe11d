/// A customer-service message, by type (`wechat-wire.md` §1.4).
///
/// It is stored as it is sent: `{"msgtype":"text","text":{"content":"…"}}`.
public enum CustomMessage: Sendable, Hashable {
    /// In UTF-8. WeChat's page does not state it; its sibling APIs do.
    public static let textBytesMax = 2048

    /// May hold line breaks and links: `<a href="…">`, also into mini programs.
    case text(String)
    case image(mediaID: String)
    case voice(mediaID: String)
    case video(Video)
    case music(Music)
    /// A card that leads to a link; a message holds exactly one.
    case news(Article)
    /// An article of the material library.
    case mpnews(mediaID: String)
    /// A published article.
    case mpnewsarticle(articleID: String)
    case msgmenu(Menu)
    case miniprogrampage(MiniProgramPage)
    case wxcard(cardID: String)

    public struct Video: Sendable, Hashable, Codable {
        public var mediaID: String
        public var thumbMediaID: String
        public var title: String
        public var description: String

        public init(mediaID: String, thumbMediaID: String, title: String, description: String) {
            self.mediaID = mediaID
            self.thumbMediaID = thumbMediaID
            self.title = title
            self.description = description
        }

        enum CodingKeys: String, CodingKey {
            case mediaID = "media_id"
            case thumbMediaID = "thumb_media_id"
            case title, description
        }
    }

    public struct Music: Sendable, Hashable, Codable {
        public var title: String
        public var description: String
        public var url: String
        public var highQualityURL: String
        public var thumbMediaID: String

        public init(
            title: String, description: String, url: String, highQualityURL: String,
            thumbMediaID: String
        ) {
            self.title = title
            self.description = description
            self.url = url
            self.highQualityURL = highQualityURL
            self.thumbMediaID = thumbMediaID
        }

        enum CodingKeys: String, CodingKey {
            case title, description
            case url = "musicurl"
            case highQualityURL = "hqmusicurl"
            case thumbMediaID = "thumb_media_id"
        }
    }

    public struct Article: Sendable, Hashable, Codable {
        public var title: String
        public var description: String
        public var url: String
        public var pictureURL: String

        public init(title: String, description: String, url: String, pictureURL: String) {
            self.title = title
            self.description = description
            self.url = url
            self.pictureURL = pictureURL
        }

        enum CodingKeys: String, CodingKey {
            case title, description, url
            case pictureURL = "picurl"
        }
    }

    /// A question with answers to tap. A tap comes back as a text message that carries the choice's
    /// id.
    public struct Menu: Sendable, Hashable, Codable {
        public struct Choice: Sendable, Hashable, Codable {
            public var id: String
            public var content: String

            public init(id: String, content: String) {
                self.id = id
                self.content = content
            }
        }

        public var head: String
        public var choices: [Choice]
        public var tail: String

        public init(head: String, choices: [Choice], tail: String) {
            self.head = head
            self.choices = choices
            self.tail = tail
        }

        enum CodingKeys: String, CodingKey {
            case head = "head_content"
            case choices = "list"
            case tail = "tail_content"
        }
    }

    /// A page of a mini program that is linked to the account.
    public struct MiniProgramPage: Sendable, Hashable, Codable {
        public var title: String
        public var appID: String
        public var path: String
        public var thumbMediaID: String

        public init(title: String, appID: String, path: String, thumbMediaID: String) {
            self.title = title
            self.appID = appID
            self.path = path
            self.thumbMediaID = thumbMediaID
        }

        enum CodingKeys: String, CodingKey {
            case title
            case appID = "appid"
            case path = "pagepath"
            case thumbMediaID = "thumb_media_id"
        }
    }
}
