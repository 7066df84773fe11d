import Matou

/// The boxes in which the items of a reply are written: `replies/editor`.
struct ReplyEditor: Sendable {
    let items: [Item]
    let faces = ReplySigns.faces
    let emoji = ReplySigns.emoji

    struct Item: Sendable {
        let number: Int
        let key: String
        let formats: [Choice]
        let text: Field
        let material: Picker
        let article: Picker
        let form: Picker
        let lines: [Field]
        let menu: Menu
    }

    struct Field: Sendable {
        /// Its name in the API.
        let name: String
        let id: String
        let label: String
        let help: String
        let value: String
        let error: String?
        var isLong = false
        /// Of its limits, which the format may decide.
        var counters: [ByteCounter] = []
    }

    /// One of what is kept elsewhere: a material, an article, a form.
    struct Picker: Sendable {
        let id: String
        let groups: [Group]
        let error: String?
        /// What WeChat would do with the present choice that its author may not expect.
        var warning: String?
    }

    struct Group: Sendable {
        let label: String
        let options: [Option]
    }

    struct Option: Sendable {
        let value: String
        let label: String
        let kind: String
        let isSelected: Bool
    }

    struct Menu: Sendable {
        let error: String?
        let choices: [MenuChoice]
    }

    struct MenuChoice: Sendable {
        let number: Int
        let text: String
        let answer: String
        let textError: String?
        let answerError: String?
    }
}

/// What can be chosen in the boxes.
struct ReplyOffer: Sendable {
    /// The latest materials, and those that are chosen already.
    var materials: [Material] = []
    var articles: [Article] = []
    var forms: [FormLink] = []

    /// How many of each a box lists; the picker finds the others.
    static let listed = 100
}

extension ReplyEditor {
    /// - Parameter errors: of the items that are filled, as the service numbers them.
    init(
        _ items: [ReplyItemForm], _ offer: ReplyOffer, _ errors: FaultTexts,
        uploadErrors: [String: String] = [:], _ wording: Wording
    ) {
        // Without JavaScript nothing can be added, so there are always three boxes.
        var boxes = items
        for number in 1...Reply.itemLimit where boxes.count < Reply.itemLimit {
            let key = String(number)
            if !boxes.contains(where: { $0.key == key }) { boxes.append(ReplyItemForm(key: key)) }
        }
        var filled = 0
        self.items = boxes.enumerated().map { index, item in
            defer { if !item.isEmpty { filled += 1 } }
            return Item(
                item, number: index + 1, offer, uploadError: uploadErrors[item.key], wording
            ) { name in
                item.isEmpty ? nil : errors["reply.\(filled).\(name)"]
            }
        }
    }
}

extension ReplyEditor.Item {
    private static let lineFields: [ReplyItem.Field] = [
        .title, .description, .url, .appID, .path, .head, .tail,
    ]

    fileprivate init(
        _ item: ReplyItemForm, number: Int, _ offer: ReplyOffer, uploadError: String?,
        _ wording: Wording, _ error: (String) -> String?
    ) {
        func field(_ field: ReplyItem.Field) -> ReplyEditor.Field {
            let name = field.rawValue
            return ReplyEditor.Field(
                name: name, id: "reply_\(name)_\(item.key)",
                label: wording("replies.\(name)"), help: wording("replies.\(name)-help"),
                value: item[field], error: error(name),
                isLong: [.description, .head, .tail].contains(field),
                counters: Self.limits(of: field).map { limit in
                    ByteCounter(item[field], max: limit.max, for: limit.format)
                })
        }
        self.number = number
        key = item.key
        // Without a form there is nothing to choose.
        let hasForms = !offer.forms.isEmpty || item.format == .form
        formats = ReplyItem.Format.allCases.filter { $0 != .form || hasForms }.map { format in
            Choice(
                format.rawValue, wording("replies.format.\(format.rawValue)"),
                isSelected: format == item.format)
        }
        text = field(.text)
        lines = Self.lineFields.map(field)
        let material = offer.materials.first { $0.id.text == item[.material] }
        self.material = ReplyEditor.Picker(
            id: "reply_material_\(item.key)",
            groups: Material.Kind.allCases.map { kind in
                ReplyEditor.Group(
                    label: wording("materials.kind.\(kind.rawValue)"),
                    options: offer.materials.filter { $0.kind == kind }.map { material in
                        ReplyEditor.Option(
                            value: material.id.text, label: material.label(wording),
                            kind: kind.rawValue, isSelected: material.id.text == item[.material])
                    })
            }, error: uploadError ?? error("material_id"),
            warning: item.format == .image && material?.media.isAnimated == true
                ? wording("replies.animated") : nil)
        article = ReplyEditor.Picker(
            id: "reply_article_\(item.key)",
            groups: [
                ReplyEditor.Group(
                    label: wording("replies.format.article"),
                    options: offer.articles.map { article in
                        ReplyEditor.Option(
                            value: article.id.text, label: article.label(wording), kind: "article",
                            isSelected: article.id.text == item[.article])
                    })
            ], error: error("article_id"))
        form = ReplyEditor.Picker(
            id: "reply_form_\(item.key)",
            groups: [
                ReplyEditor.Group(
                    label: wording("replies.format.form"),
                    options: offer.forms.map { form in
                        ReplyEditor.Option(
                            value: form.id.text, label: form.title, kind: "form",
                            isSelected: form.id.text == item[.form])
                    })
            ], error: error("form_id"))
        let places = Dictionary(
            uniqueKeysWithValues: item.filledChoices.enumerated().map { ($1.row, $0) })
        menu = ReplyEditor.Menu(
            error: error("choices"),
            choices: item.choices.enumerated().map { row, choice in
                ReplyEditor.MenuChoice(
                    number: row + 1, text: choice.text, answer: choice.answer,
                    textError: places[row].flatMap { error("choices.\($0).text") },
                    answerError: places[row].flatMap { error("choices.\($0).answer") })
            })
    }
}

extension ReplyEditor.Item {
    /// The limits that are counted beside a field. A mini program's title has another than the rest.
    private static func limits(of field: ReplyItem.Field) -> [(max: Int, format: String?)] {
        switch field {
        case .text, .head, .tail: [(ReplyItem.textBytesMax, nil)]
        case .description: [(ReplyItem.descriptionBytesMax, nil)]
        case .title:
            [
                (ReplyItem.titleBytesMax, "others"),
                (
                    ReplyItem.miniProgramTitleBytesMax,
                    ReplyItem.Format.miniProgram.rawValue
                ),
            ]
        default: []
        }
    }
}

extension Material {
    /// `海报 · 1080 × 1920 · 1.4 MB`.
    func label(_ wording: Wording) -> String {
        let size = media.size.map { "\($0.width) × \($0.height)" }
        let length = kind == .image ? nil : wording.seconds(media)
        return [name, size, length, wording.bytes(media.byteCount)].compactMap(\.self)
            .joined(separator: " · ")
    }
}

extension Article {
    /// Its title and state, and why it cannot be chosen if it cannot.
    func label(_ wording: Wording) -> String {
        let several =
            articleCount == 1
            ? nil : wording("replies.several-articles", ["count": String(articleCount)])
        return [title, state(wording), several].compactMap(\.self).joined(separator: " · ")
    }

    func state(_ wording: Wording) -> String {
        wording(reference.isPublished ? "articles.published" : "articles.draft")
    }
}
