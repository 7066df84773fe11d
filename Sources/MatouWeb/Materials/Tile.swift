import HTTP
import Matou

/// A material, a draft or a card of our own as lists and the editor's picker show it.
struct Tile: Sendable {
    let id: String
    let path: String
    /// A material's kind, `article`, `news` or `form`.
    let kind: String
    let name: String
    let label: String
    let facts: String
    let picturePath: String?
    let icon: String
    /// Of a picture: whether it moves.
    var isAnimated = false
    /// What choosing it writes into the fields of a reply item.
    var card: Card?
    /// Why it cannot be chosen.
    var obstacle: String?

    struct Card: Sendable {
        let title: String
        let description: String
        let url: String
        let material: String
        let materialLabel: String
    }
}

extension Tile {
    init(_ material: Material, _ wording: Wording) {
        let label = material.label(wording)
        self.init(
            id: material.id.text, path: material.path, kind: material.kind.rawValue,
            name: material.name, label: label,
            facts: "\(material.media.format.name) · "
                + label.dropFirst(material.name.count).drop { $0 == " " || $0 == "·" },
            picturePath: material.kind == .image ? material.path + "/file" : nil,
            icon: material.kind.icon, isAnimated: material.media.isAnimated)
    }

    init(_ article: Article, _ wording: Wording) {
        let several =
            article.articleCount == 1
            ? nil
            : wording("replies.several-articles", ["count": String(article.articleCount)])
        self.init(
            id: article.id.text, path: article.path, kind: "article", name: article.title,
            label: article.label(wording),
            facts: [article.state(wording), several ?? wording.exact(article.changedAt)]
                .joined(separator: " · "),
            picturePath: article.coverPath, icon: "icons/article", obstacle: several)
    }

    init(_ form: Matou.Form, _ wording: Wording) {
        self.init(
            id: form.id.text, path: form.path, kind: "form", name: form.title, label: form.title,
            facts: wording.exact(form.createdAt), picturePath: nil, icon: "icons/form")
    }

    /// - Parameter cover: nil when it is gone.
    init(_ saved: NewsCard, cover: Material?, _ wording: Wording) {
        let card = saved.card
        self.init(
            id: saved.id.text, path: saved.path, kind: "news", name: card.title,
            label: card.title, facts: card.description,
            picturePath: cover.map { $0.path + "/file" }, icon: "icons/article",
            card: Card(
                title: card.title, description: card.description, url: card.url,
                material: card.picture.text, materialLabel: cover?.label(wording) ?? ""))
    }
}

extension Material.Kind {
    var icon: String {
        switch self {
        case .image: "icons/picture"
        case .voice: "icons/voice"
        case .video: "icons/video"
        }
    }
}

/// What the editor's dialog is drawn from: `materials/picker`.
struct PickerView: Sendable {
    let path: String
    let tiles: [Tile]
    let name: String
    /// What the search keeps.
    let kept: [Kept]
    /// Of materials only: whether none but the reader's own are shown.
    let mine: Mine?
    let nextCursor: String?
    let isEmpty: Bool

    struct Kept: Sendable {
        let name: String
        let value: String
    }

    struct Mine: Sendable { let isMine: Bool }

    init(
        _ path: String, _ tiles: [Tile], next: Cursor?, name: String, kept: [Kept] = [],
        isMine: Bool? = nil
    ) {
        self.path = path
        self.tiles = tiles
        self.name = name
        self.kept = kept
        mine = isMine.map { Mine(isMine: $0) }
        nextCursor = next?.text
        isEmpty = tiles.isEmpty
    }
}

extension [Tab] {
    /// The tabs over everything that replies send: materials by kind, drafts, cards of our own.
    ///
    /// - Parameter materials: the address that the tabs of kinds keep.
    static func materials(
        at path: String, kind: Material.Kind? = nil, keeping materials: PageAddress? = nil,
        _ wording: Wording
    ) -> [Tab] {
        let start = materials ?? PageAddress("/materials")
        let kinds: [Material.Kind?] = [nil] + Material.Kind.allCases
        return kinds.map { each in
            Tab(
                path: start.with("kind", each?.rawValue).text,
                label: wording("materials.kind.\(each?.rawValue ?? "all")"), count: "",
                isCurrent: path == "/materials" && kind == each)
        } + [
            Tab(
                path: "/articles", label: wording("articles.title"), count: "",
                isCurrent: path == "/articles"),
            Tab(
                path: "/news-cards", label: wording("news-cards.title"), count: "",
                isCurrent: path == "/news-cards"),
        ]
    }
}
