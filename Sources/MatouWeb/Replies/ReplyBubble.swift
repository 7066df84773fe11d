import Foundation
import Matou

/// A reply item as WeChat's chat shows it: `replies/bubble`. One of its contents is there.
struct ReplyBubble: Sendable {
    var text: RichText?
    var picture: Picture?
    var voice: Voice?
    var video: Video?
    /// An article, a link or a form.
    var card: Card?
    var miniProgram: Card?
    var menu: Menu?
    /// What the item names is not there, or not chosen yet.
    var missing: String?

    struct RichText: Sendable { let runs: [Run] }

    struct Run: Sendable {
        let text: String
        let isLink: Bool
    }

    struct Picture: Sendable {
        let path: String
        let title: String
    }

    struct Video: Sendable {
        let path: String
        let title: String
        let description: String?
    }

    struct Voice: Sendable {
        let path: String
        let seconds: String
    }

    struct Card: Sendable {
        let title: String
        let description: String
        let picturePath: String?
    }

    struct Menu: Sendable {
        let head: RichText
        let choices: [String]
        let tail: RichText?
    }
}

extension ReplyBubble {
    init(text: String) { self.init(text: RichText(text)) }

    init(_ item: ReplyItem, _ references: ReplyReferences, _ wording: Wording) {
        self.init()
        let material = item.material.flatMap { references.materials[$0] }
        let path = material.map { $0.path + "/file" }
        switch item {
        case .text(let words): text = RichText(words)
        case .image: picture = path.map { Picture(path: $0, title: material?.name ?? "") }
        case .voice:
            voice = path.map { path in
                Voice(path: path, seconds: material.map { wording.seconds($0.media) } ?? "")
            }
        case .video(let words):
            video = path.map { path in
                Video(
                    path: path, title: words.title,
                    description: words.description.isEmpty ? nil : words.description)
            }
        case .article(let id):
            card = references.articles[id].map { article in
                Card(
                    title: article.title, description: article.digest,
                    picturePath: article.hasThumbnail ? "/articles/\(article.id)/cover" : nil)
            }
        case .news(let words), .link(let words):
            card = Card(title: words.title, description: words.description, picturePath: path)
        case .miniProgram(let words):
            miniProgram = Card(title: words.title, description: words.appID, picturePath: path)
        case .form(let id):
            card = references.forms[id].map {
                Card(title: $0.title, description: $0.description, picturePath: nil)
            }
        case .menu(let words):
            menu = Menu(
                head: RichText(words.head),
                choices: words.choices.map(\.text).filter { !$0.isEmpty },
                tail: words.tail.isEmpty ? nil : RichText(words.tail))
        }
        let isThere =
            text != nil || picture != nil || voice != nil || video != nil || card != nil
            || miniProgram != nil || menu != nil
        if !isThere { missing = wording("replies.format.\(item.format.rawValue)") }
    }
}

extension ReplyBubble.RichText {
    /// Links `<a href="…">text</a>` are the one markup that WeChat shows as such.
    init(_ text: String) {
        // What is too long to send is not searched for links: only its typist waits for it.
        guard text.utf8.count <= ReplyItem.textBytesMax else {
            self.init(runs: [.init(text: text, isLink: false)])
            return
        }
        var runs: [ReplyBubble.Run] = []
        var rest = text[...]
        let link = /<a\s[^>]*href=["'][^"']*["'][^>]*>(.*?)<\/a>/.dotMatchesNewlines().ignoresCase()
        while let match = rest.firstMatch(of: link) {
            let before = rest[..<match.range.lowerBound]
            if !before.isEmpty { runs.append(.init(text: String(before), isLink: false)) }
            runs.append(.init(text: String(match.1), isLink: true))
            rest = rest[match.range.upperBound...]
        }
        if !rest.isEmpty { runs.append(.init(text: String(rest), isLink: false)) }
        self.init(runs: runs)
    }
}

extension Wording {
    /// `42″`, as WeChat writes the length of a voice message.
    func seconds(_ media: MediaFile) -> String {
        media.duration.map { "\(max(1, Int(($0 / .seconds(1)).rounded())))″" } ?? ""
    }

    /// `1.4 MB`, `312 KB`.
    func bytes(_ count: Int) -> String {
        guard count >= 1 << 20 else { return "\(max(1, (count + 512) >> 10)) KB" }
        let tenths = (count * 10 + 1 << 19) >> 20
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}

extension ReplyItem.Format {
    var icon: String {
        switch self {
        case .text: "icons/text"
        case .image: "icons/picture"
        case .voice: "icons/voice"
        case .video: "icons/video"
        case .article, .news: "icons/article"
        case .miniProgram: "icons/mini-program"
        case .link: "icons/link"
        case .form: "icons/form"
        case .menu: "icons/choices"
        }
    }
}

extension Material {
    var path: String { "/materials/\(id)" }
}
