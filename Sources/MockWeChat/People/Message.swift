/// One line of a chat on a person's phone.
package struct Message: Sendable, Hashable, Codable {
    package enum Origin: String, Sendable, Codable {
        /// `message/custom/send`.
        case customMessage = "custom_message"
        /// The answer to a callback.
        case passiveReply = "passive_reply"
        /// WeChat itself: the account's service failed.
        case notice
        /// The person's own words and deeds.
        case person
    }

    package enum Content: Sendable, Hashable, Codable {
        case text(String)
        case image(mediaID: String)
        case voice(mediaID: String)
        case video(mediaID: String, title: String, description: String)
        case music(title: String, description: String, url: String)
        case news([Article])
        case menu(head: String, items: [MenuItem], tail: String)
        case miniProgram(MiniProgramCard)
        case card(id: String)
        case followed, unfollowed
        case scanned(scene: String)
    }

    package struct Article: Sendable, Hashable, Codable {
        package var title: String
        package var description: String
        package var url: String
        package var picurl: String

        package init(title: String, description: String, url: String, picurl: String) {
            self.title = title
            self.description = description
            self.url = url
            self.picurl = picurl
        }
    }

    package struct MenuItem: Sendable, Hashable, Codable {
        package var id: String
        package var content: String
    }

    package struct MiniProgramCard: Sendable, Hashable, Codable {
        package var title: String
        package var appid: String
        package var pagepath: String
        package var thumbMediaID: String
    }

    /// Grows with every message of the gateway.
    package let id: Int
    package let person: String
    package let appid: String
    package let at: Moment
    package let origin: Origin
    package let content: Content

    /// What the fan reads when the account's server answers a callback wrongly, or not at all.
    package static let failureNotice = "该公众号提供的服务出现故障，请稍后再试"
}

extension Message {
    /// The message in the words of `message/custom/send`, with where it came from.
    var json: JSON {
        let head: JSON = [
            "id": JSON(id), "account": .string(appid), "at": .string(at.rfc3339),
            "time": JSON(at.seconds), "via": .string(origin.rawValue),
        ]
        let (type, payload) = content.wire
        return head.adding("msgtype", .string(type)).adding(type, payload)
    }
}

extension Message.Content {
    /// The msgtype and its payload.
    fileprivate var wire: (String, JSON) {
        switch self {
        case .text(let text): ("text", ["content": .string(text)])
        case .image(let mediaID): ("image", ["media_id": .string(mediaID)])
        case .voice(let mediaID): ("voice", ["media_id": .string(mediaID)])
        case .video(let mediaID, let title, let description):
            (
                "video",
                [
                    "media_id": .string(mediaID), "title": .string(title),
                    "description": .string(description),
                ]
            )
        case .music(let title, let description, let url):
            (
                "music",
                [
                    "title": .string(title), "description": .string(description),
                    "musicurl": .string(url),
                ]
            )
        case .news(let articles): ("news", ["articles": .array(articles.map(\.json))])
        case .menu(let head, let items, let tail):
            (
                "msgmenu",
                [
                    "head_content": .string(head),
                    "list": .array(
                        items.map { ["id": .string($0.id), "content": .string($0.content)] }),
                    "tail_content": .string(tail),
                ]
            )
        case .miniProgram(let card): ("miniprogrampage", card.json)
        case .card(let id): ("wxcard", ["card_id": .string(id)])
        case .followed: ("event", ["event": "subscribe"])
        case .unfollowed: ("event", ["event": "unsubscribe"])
        case .scanned(let scene): ("event", ["event": "SCAN", "scene": .string(scene)])
        }
    }
}

extension Message.Article {
    fileprivate var json: JSON {
        [
            "title": .string(title), "description": .string(description), "url": .string(url),
            "picurl": .string(picurl),
        ]
    }
}

extension Message.MiniProgramCard {
    fileprivate var json: JSON {
        [
            "title": .string(title), "appid": .string(appid), "pagepath": .string(pagepath),
            "thumb_media_id": .string(thumbMediaID),
        ]
    }
}
