import Foundation
import SQL
import WeChat

/// What the items of a reply name, as far as it is there: enough to check them.
package struct ReplyReferences: Sendable {
    package var materials: [Material.ID: Material] = [:]
    package var articles: [Article.ID: Article] = [:]
    package var forms: [Form.ID: FormLink] = [:]
    /// Ids of what the reply named before it was changed: it may stay, even if WeChat has lost it.
    var kept: Set<String> = []

    package init() {}

    /// Whether the item sends an article that WeChat no longer has.
    package func isGone(_ item: ReplyItem) -> Bool {
        if case .article(let id) = item { articles[id]?.isGone == true } else { false }
    }

    /// What they are called, by their ids.
    package var names: [String: String] {
        var names: [String: String] = [:]
        for (id, form) in forms { names[id.text] = form.title }
        for (id, material) in materials { names[id.text] = material.name }
        for (id, article) in articles { names[id.text] = article.title }
        return names
    }
}

extension Connection {
    /// - Parameter withDeleted: what is out of the lists too, to show or send what was made with it.
    func references(
        of items: [ReplyItem], on account: Account.ID, withDeleted: Bool = false,
        in workspace: Workspace.ID
    ) throws -> ReplyReferences {
        var found = ReplyReferences()
        let materials = items.compactMap(\.material).filter { !$0.text.isEmpty }
        if !materials.isEmpty {
            found.materials = Dictionary(
                try self.materials(materials, withDeleted: withDeleted, in: workspace)
                    .map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        for case .article(let id) in items {
            let article = try article(id, in: workspace)
            if let article, article.account == account { found.articles[id] = article }
        }
        for case .form(let id) in items { found.forms[id] = try formLink(id, in: workspace) }
        return found
    }
}

extension [ReplyItem] {
    /// The items as they are kept, with what is wrong under `reply.N.field`.
    func checked(_ references: ReplyReferences, _ faults: inout FieldFaults) -> [ReplyItem] {
        if count > Reply.itemLimit { faults.add("reply", .tooMany(limit: Reply.itemLimit)) }
        return enumerated().map { index, item in
            ItemCheck(prefix: "reply.\(index).", format: item.format, references: references)
                .checked(item, &faults)
        }
    }

    /// Whether everything that checked items name is still there.
    func hasParts(_ references: ReplyReferences) -> Bool {
        var faults = FieldFaults()
        _ = checked(references, &faults)
        return (try? faults.check()) != nil
    }
}

extension ReplyItem.Card {
    /// The card as an item `news` sends it, with what is wrong under the names of its fields.
    func checked(_ references: ReplyReferences, _ faults: inout FieldFaults) -> Self {
        let check = ItemCheck(prefix: "", format: .news, references: references)
        guard case .news(let card) = check.checked(.news(self), &faults) else { return self }
        return card
    }
}

/// Checks one item, field by field.
private struct ItemCheck {
    /// Of the names of its fields.
    let prefix: String
    let format: ReplyItem.Format
    let references: ReplyReferences

    func checked(_ item: ReplyItem, _ faults: inout FieldFaults) -> ReplyItem {
        var choices: [ReplyItem.Menu.Choice] = []
        if case .menu(let menu) = item { choices = checked(menu, &faults) }
        return ReplyItem(format, choices: choices) { field in
            checked(item[field], field, &faults)
        }
    }

    private func checked(
        _ value: String, _ field: ReplyItem.Field, _ faults: inout FieldFaults
    ) -> String {
        let name = "\(prefix)\(field.rawValue)"
        switch field {
        case .text:
            let text = words(value, name, limit: ReplyItem.textBytesMax, &faults)
            if !MiniProgramLink.all(in: text).allSatisfy(\.isUsable) {
                faults.add(name, .malformedMiniProgramLink)
            }
            return text
        case .material: check(material: value, name, &faults)
        case .article: check(article: value, name, &faults)
        case .form: check(form: value, name, &faults)
        case .title:
            let limit =
                format == .miniProgram
                ? ReplyItem.miniProgramTitleBytesMax : ReplyItem.titleBytesMax
            return line(value, name, limit: limit, &faults)
        case .description:
            return words(value, name, limit: ReplyItem.descriptionBytesMax, &faults)
        case .url:
            let url = line(value, name, limit: ReplyItem.urlBytesMax, &faults)
            if !url.isEmpty, !isWebAddress(url) { faults.add(name, .malformed) }
            return url
        case .appID:
            let appID = line(value, name, limit: 32, &faults)
            if !appID.isEmpty, !isMiniProgramAppID(appID) { faults.add(name, .malformed) }
            return appID
        case .path:
            return line(value, name, limit: ReplyItem.miniProgramPathBytesMax, &faults)
        case .head, .tail:
            return words(
                value, name, limit: ReplyItem.textBytesMax, isRequired: field == .head, &faults)
        }
        return value
    }

    private func check(material: String, _ name: String, _ faults: inout FieldFaults) {
        guard !material.isEmpty else { return faults.add(name, .required) }
        guard let found = references.materials[Material.ID(material)],
            found.kind == format.materialKind
        else { return faults.add(name, .unknown) }
        guard format.hasThumbnail else { return }
        if found.media.format == .gif { faults.add(name, .unsupportedFile(["PNG", "JPEG"])) }
        if found.media.byteCount > Material.thumbnailBytesMax {
            faults.add(name, .fileTooLarge(bytes: Material.thumbnailBytesMax))
        }
    }

    private func check(article: String, _ name: String, _ faults: inout FieldFaults) {
        guard !article.isEmpty else { return faults.add(name, .required) }
        guard let found = references.articles[Article.ID(article)] else {
            return faults.add(name, .unknown)
        }
        if found.isGone, !references.kept.contains(article) { faults.add(name, .articleGone) }
        if found.articleCount != 1 { faults.add(name, .notSingleArticle) }
    }

    private func check(form: String, _ name: String, _ faults: inout FieldFaults) {
        guard !form.isEmpty else { return faults.add(name, .required) }
        if references.forms[Form.ID(form)] == nil { faults.add(name, .unknown) }
    }

    private func checked(
        _ menu: ReplyItem.Menu, _ faults: inout FieldFaults
    ) -> [ReplyItem.Menu.Choice] {
        let limit = ReplyItem.Menu.choicesMax
        if menu.choices.isEmpty { faults.add("\(prefix)choices", .required) }
        if menu.choices.count > limit { faults.add("\(prefix)choices", .tooMany(limit: limit)) }
        // WeChat counts all the words of the message together.
        let bytes = ([menu.head, menu.tail] + menu.choices.map(\.text))
            .reduce(0) { $0 + $1.utf8.count }
        if bytes > ReplyItem.textBytesMax {
            faults.add("\(prefix)head", .tooLong(limit: ReplyItem.textBytesMax, unit: .bytes))
        }
        return menu.choices.enumerated().map { index, choice in
            let name = "\(prefix)choices.\(index)"
            return ReplyItem.Menu.Choice(
                text: line(choice.text, "\(name).text", limit: ReplyItem.titleBytesMax, &faults),
                answer: words(
                    choice.answer, "\(name).answer", limit: ReplyItem.textBytesMax, &faults))
        }
    }

    /// One line of at most `limit` bytes, trimmed.
    private func line(
        _ text: String, _ name: String, limit: Int, _ faults: inout FieldFaults
    ) -> String {
        let line = words(text, name, limit: limit, &faults).trimmingWhitespace()
        if line.contains(where: { $0 == "\n" || $0 == "\t" }) {
            faults.add(name, .hasControlCharacters)
        }
        return line
    }

    /// Line breaks are kept; a browser's CRLF becomes the line feed that WeChat shows.
    private func words(
        _ text: String, _ name: String, limit: Int, isRequired: Bool = true,
        _ faults: inout FieldFaults
    ) -> String {
        let text = text.replacing("\r\n", with: "\n")
        if isRequired, text.trimmingWhitespace().isEmpty { faults.add(name, .required) }
        if text.utf8.count > limit { faults.add(name, .tooLong(limit: limit, unit: .bytes)) }
        let isControl = { (scalar: Unicode.Scalar) in
            scalar != "\n" && scalar != "\t" && scalar.properties.generalCategory == .control
        }
        if text.unicodeScalars.contains(where: isControl) {
            faults.add(name, .hasControlCharacters)
        }
        return text
    }
}

private func isWebAddress(_ text: String) -> Bool {
    guard let url = URLComponents(string: text), let host = url.host else { return false }
    return ["http", "https"].contains(url.scheme?.lowercased()) && !host.isEmpty
}

/// `wx` and 16 hexadecimal digits, as WeChat gives out.
private func isMiniProgramAppID(_ text: String) -> Bool {
    text.utf8.count == 18 && text.hasPrefix("wx")
        && text.dropFirst(2).utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
}

/// A link of a text that opens a mini program. Whether WeChat lets the account link it shows only
/// when it is sent.
private struct MiniProgramLink {
    let appID: String?
    let path: String?

    var isUsable: Bool {
        isMiniProgramAppID(appID ?? "") && !(path ?? "").isEmpty
            && (path ?? "").utf8.count <= ReplyItem.miniProgramPathBytesMax
    }

    /// What is too long to send is not searched.
    static func all(in text: String) -> [MiniProgramLink] {
        guard text.utf8.count <= ReplyItem.textBytesMax else { return [] }
        return text.matches(of: /<a\s[^>]*>/.ignoresCase()).map { String($0.0) }
            .filter { $0.contains("data-miniprogram-") }
            .map { tag in
                MiniProgramLink(
                    appID: tag.firstMatch(of: /data-miniprogram-appid=["']([^"']*)["']/)
                        .map { String($0.1) },
                    path: tag.firstMatch(of: /data-miniprogram-path=["']([^"']*)["']/)
                        .map { String($0.1) })
            }
    }
}
