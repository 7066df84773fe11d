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
        /// What it is on a mini-program card, where it is something else there.
        let miniProgramHelp: String?
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
        /// Whether a moving picture is chosen, of which WeChat shows one in a reply.
        var isAnimated = false
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
        var isAnimated = false
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
                miniProgramHelp: field == .title ? wording("replies.title-of-mini-program") : nil,
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
        material = Self.material(
            of: item, offer.materials, uploadError ?? error("material_id"), wording)
        func picker(
            _ format: ReplyItem.Format, of field: ReplyItem.Field,
            _ options: [(value: String, label: String)]
        ) -> ReplyEditor.Picker {
            ReplyEditor.Picker(
                id: "reply_\(format.rawValue)_\(item.key)",
                groups: [
                    ReplyEditor.Group(
                        label: wording("replies.format.\(format.rawValue)"),
                        options: options.map { option in
                            ReplyEditor.Option(
                                value: option.value, label: option.label, kind: format.rawValue,
                                isSelected: option.value == item[field])
                        })
                ], error: error(field.rawValue))
        }
        article = picker(
            .article, of: .article, offer.articles.map { ($0.id.text, $0.label(wording)) })
        form = picker(.form, of: .form, offer.forms.map { ($0.id.text, $0.title) })
        menu = ReplyEditor.Menu(item, error)
    }

    /// The materials of all kinds, for the formats that send one.
    private static func material(
        of item: ReplyItemForm, _ materials: [Material], _ error: String?, _ wording: Wording
    ) -> ReplyEditor.Picker {
        let chosen = materials.first { $0.id.text == item[.material] }
        return ReplyEditor.Picker(
            id: "reply_material_\(item.key)",
            groups: Material.Kind.allCases.map { kind in
                ReplyEditor.Group(
                    label: wording("materials.kind.\(kind.rawValue)"),
                    options: materials.filter { $0.kind == kind }.map { material in
                        ReplyEditor.Option(
                            value: material.id.text, label: material.label(wording),
                            kind: kind.rawValue, isSelected: material.id.text == item[.material],
                            isAnimated: material.media.isAnimated)
                    })
            }, error: error,
            isAnimated: item.format == .image && chosen?.media.isAnimated == true)
    }
}

extension ReplyEditor.Menu {
    fileprivate init(_ item: ReplyItemForm, _ error: (String) -> String?) {
        let places = Dictionary(
            uniqueKeysWithValues: item.filledChoices.enumerated().map { ($1.row, $0) })
        self.error = error("choices")
        choices = item.choices.enumerated().map { row, choice in
            ReplyEditor.MenuChoice(
                number: row + 1, text: choice.text, answer: choice.answer,
                textError: places[row].flatMap { error("choices.\($0).text") },
                answerError: places[row].flatMap { error("choices.\($0).answer") })
        }
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
        let gone = isGone ? wording("replies.gone-article") : nil
        return [title, state(wording), several, gone].compactMap(\.self).joined(separator: " · ")
    }

    func state(_ wording: Wording) -> String {
        wording(reference.isPublished ? "articles.published" : "articles.draft")
    }
}
