/// What the templates show. Every text in it is finished, and escaped by the templates.
struct PhonePage {
    var head: PageHead
    var person: Face
    var others: [Face]
    /// Hours and minutes in China, by the gateway's clock.
    var clock: String
    var problem: String?
    /// The text in the scanner's field, and where it is drawn as a code.
    var scanText: String?
    var scanPicture: String?
    var log: [LogLine]
    var isHome = false
    var chats: [ChatLine] = []
    var isScanner = false
    var card: AccountCard?
    var chat: Chat?
    /// A scanned text that is no account's code.
    var unknown: RichTextView?
    var isExpired = false
}

struct PeoplePage {
    var head: PageHead
    var people: [Face]
    var scanText: String?
    var problem: String?
    /// Where the newest people, and those before the ones shown, are listed.
    var newest: String?
    var older: String?
}

struct PageHead {
    var words: [String: String]
    var languageTag: String
    var stylesheet: String
    var script: String
    /// This page in the other language.
    var otherLanguageURL: String
}

/// A person or an account: a name, and a coloured initial.
struct Face {
    var id: String
    var name: String
    var initial: String
    var tint: String
    var link: String

    /// - Parameter link: Where a tap on it leads.
    init(id: String, name: String, link: String) {
        self.id = id
        self.name = name
        self.link = link
        initial = name.first.map { String($0) } ?? "?"
        let sum = id.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        tint = "tint-\(sum % 6)"
    }
}

struct ChatLine {
    var account: Face
    var preview: String
    var time: String
}

struct AccountCard {
    var account: Face
    var isVerified: Bool
    var originalID: String
}

struct Chat {
    var account: Face
    var isFollowed: Bool
    var isTyping: Bool
    var bubbles: [Bubble]
}

/// One line of a chat; exactly one of its contents is there.
struct Bubble {
    var isOwn: Bool
    var face: Face
    /// Shown above the bubble when minutes have passed.
    var time: String?
    /// A grey line in the middle.
    var note: String?
    var text: RichTextView?
    var picture: String?
    var file: FileView?
    var article: ArticleView?
    var menu: MenuView?
    var miniProgram: MiniProgramView?
}

struct RichTextView {
    var runs: [RichText.Run]
}

/// A voice, video, music or coupon: what it is, and a link to it where there is one.
struct FileView {
    var kind: String
    var title: String?
    var link: String?
}

struct ArticleView {
    var title: String
    var description: String
    var url: String?
    var picture: String?
}

struct MenuView {
    var head: RichTextView?
    var choices: [MenuChoice]
    var tail: RichTextView?
}

struct MenuChoice {
    var message: Int
    var item: String
    var content: String
}

struct MiniProgramView {
    var title: String
    var appid: String
    var pagepath: String
    var picture: String?
}

struct LogLine {
    var time: String
    var name: String
    var outcome: String
    var isGood: Bool
    var words: String
    var milliseconds: Int
}

extension Moment {
    /// `09:30`, in China's time.
    var clockTime: String {
        let minutes = (seconds / 60 + 8 * 60) % 1440
        let two = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
