import WeChat

/// What a scanner receives 扫码回复: nothing, or up to three items in the order of sending.
package struct Reply: Sendable, Equatable {
    /// After a scan WeChat takes three messages within a minute.
    package static let itemLimit = OfficialAccountClient.repliesAfterScanMax

    package let items: [ReplyItem]

    package static let none = Reply(items: [])
}

/// One item of a reply, of one format.
package enum ReplyItem: Sendable, Equatable {
    /// May hold line breaks, WeChat's face codes, and links: `<a href="…">`, also into mini programs.
    case text(String)
    case image(Material.ID)
    case voice(Material.ID)
    case video(Video)
    /// A draft or a publication of one article, synced from WeChat.
    case article(Article.ID)
    /// An article of our own making: a card with a cover.
    case news(Card)
    case miniProgram(MiniProgramCard)
    /// An external page 外部页: a card with a thumbnail.
    case link(Card)
    /// The public page of a form, as a card with the form's title.
    case form(Form.ID)
    case menu(Menu)

    package struct Video: Sendable, Equatable {
        package var material: Material.ID
        package var title: String
        package var description: String

        package init(material: Material.ID, title: String, description: String) {
            self.material = material
            self.title = title
            self.description = description
        }
    }

    /// What WeChat shows as a link with a title, a description and a picture.
    package struct Card: Sendable, Equatable {
        package var title: String
        package var description: String
        package var url: String
        package var picture: Material.ID

        package init(title: String, description: String, url: String, picture: Material.ID) {
            self.title = title
            self.description = description
            self.url = url
            self.picture = picture
        }
    }

    package struct MiniProgramCard: Sendable, Equatable {
        /// What the chat shows: the sharing description.
        package var title: String
        package var appID: String
        package var path: String
        package var thumbnail: Material.ID

        package init(title: String, appID: String, path: String, thumbnail: Material.ID) {
            self.title = title
            self.appID = appID
            self.path = path
            self.thumbnail = thumbnail
        }
    }

    /// A question with answers to tap 菜单消息. Who taps one is sent its answer.
    package struct Menu: Sendable, Equatable {
        /// WeChat names no limit; more than these are hard to read in a chat.
        package static let choicesMax = 5

        package var head: String
        package var choices: [Choice]
        package var tail: String

        package init(head: String, choices: [Choice], tail: String) {
            self.head = head
            self.choices = choices
            self.tail = tail
        }

        package struct Choice: Sendable, Equatable, Codable {
            /// What is shown to tap.
            package var text: String
            /// What is sent to whoever taps it.
            package var answer: String

            package init(text: String, answer: String) {
                self.text = text
                self.answer = answer
            }
        }
    }
}

extension ReplyItem {
    /// UTF-8 bytes of a text, as WeChat takes them.
    package static let textBytesMax = CustomMessage.textBytesMax
    /// Of titles and descriptions of videos and cards (errors 45003 and 45004).
    package static let titleBytesMax = 128
    package static let descriptionBytesMax = 512
    package static let urlBytesMax = 2048
    /// Of the title and the path of a mini program's card (`wechat-wire.md` §1.4, §4).
    package static let miniProgramTitleBytesMax = 64
    package static let miniProgramPathBytesMax = 1024

    /// The material that the item sends or shows, if it has one.
    package var material: Material.ID? {
        switch self {
        case .image(let id), .voice(let id): id
        case .video(let video): video.material
        case .news(let card), .link(let card): card.picture
        case .miniProgram(let card): card.thumbnail
        case .text, .article, .form, .menu: nil
        }
    }

    /// What WeChat must have before the item can be sent.
    var uploads: [(source: String, type: MediaType)] {
        switch self {
        case .image(let id): [(id.text, .image)]
        case .voice(let id): [(id.text, .voice)]
        case .video(let video): [(video.material.text, .video), (VideoCover.source, .thumb)]
        // As a picture: a thumb may have 64 KiB only.
        case .miniProgram(let card): [(card.thumbnail.text, .image)]
        case .text, .article, .news, .link, .form, .menu: []
        }
    }
}
