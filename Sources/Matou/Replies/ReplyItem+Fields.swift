/// The formats of reply items and the fields that each is made of, by the names that the store, the
/// API and the form share. What holds for all of them is written once, over these.
extension ReplyItem {
    package enum Format: String, Sendable, CaseIterable {
        case text, image, voice, video, article, news
        case miniProgram = "mini_program"
        case link, form, menu

        /// In the order of the form. A menu has its choices besides.
        package var fields: [Field] {
            switch self {
            case .text: [.text]
            case .image, .voice: [.material]
            case .video: [.material, .title, .description]
            case .article: [.article]
            case .news, .link: [.material, .title, .description, .url]
            case .miniProgram: [.material, .title, .appID, .path]
            case .form: [.form]
            case .menu: [.head, .tail]
            }
        }

        /// What kind of material stands in its material's place.
        package var materialKind: Material.Kind? {
            switch self {
            case .image, .news, .miniProgram, .link: .image
            case .voice: .voice
            case .video: .video
            case .text, .article, .form, .menu: nil
            }
        }

        /// Whether it names something that is kept elsewhere.
        var needsReferences: Bool { self != .text && self != .menu }

        /// Whether its picture is a thumbnail: jpg or png, of at most 2 MB.
        package var hasThumbnail: Bool { self == .miniProgram || self == .link }
    }

    package enum Field: String, Sendable, CaseIterable {
        case text
        case material = "material_id"
        case article = "article_id"
        case form = "form_id"
        case title, description, url
        case appID = "app_id"
        case path, head, tail
    }

    package var format: Format {
        switch self {
        case .text: .text
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .article: .article
        case .news: .news
        case .miniProgram: .miniProgram
        case .link: .link
        case .form: .form
        case .menu: .menu
        }
    }

    package init(
        _ format: Format, choices: [Menu.Choice] = [], _ value: (Field) throws -> String
    ) rethrows {
        func material() throws -> Material.ID { Material.ID(try value(.material)) }
        func card() throws -> Card {
            Card(
                title: try value(.title), description: try value(.description),
                url: try value(.url), picture: try material())
        }
        self =
            switch format {
            case .text: .text(try value(.text))
            case .image: .image(try material())
            case .voice: .voice(try material())
            case .video:
                .video(
                    Video(
                        material: try material(), title: try value(.title),
                        description: try value(.description)))
            case .article: .article(Article.ID(try value(.article)))
            case .news: .news(try card())
            case .miniProgram:
                .miniProgram(
                    MiniProgramCard(
                        title: try value(.title), appID: try value(.appID),
                        path: try value(.path), thumbnail: try material()))
            case .link: .link(try card())
            case .form: .form(Form.ID(try value(.form)))
            case .menu:
                .menu(Menu(head: try value(.head), choices: choices, tail: try value(.tail)))
            }
    }

    /// The value of a field; empty where the format does not have it.
    package subscript(_ field: Field) -> String {
        switch (field, self) {
        case (.text, .text(let text)): text
        case (.material, _): material?.text ?? ""
        case (.article, .article(let id)): id.text
        case (.form, .form(let id)): id.text
        case (.title, .video(let video)): video.title
        case (.description, .video(let video)): video.description
        case (.title, .news(let card)), (.title, .link(let card)): card.title
        case (.description, .news(let card)), (.description, .link(let card)): card.description
        case (.url, .news(let card)), (.url, .link(let card)): card.url
        case (.title, .miniProgram(let card)): card.title
        case (.appID, .miniProgram(let card)): card.appID
        case (.path, .miniProgram(let card)): card.path
        case (.head, .menu(let menu)): menu.head
        case (.tail, .menu(let menu)): menu.tail
        default: ""
        }
    }

    package var choices: [Menu.Choice] {
        if case .menu(let menu) = self { menu.choices } else { [] }
    }
}

extension ReplyItem: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }

        static let format = Key("format")
        static let choices = Key("choices")
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(format.rawValue, forKey: .format)
        for field in format.fields {
            try container.encode(self[field], forKey: Key(field.rawValue))
        }
        if case .menu(let menu) = self { try container.encode(menu.choices, forKey: .choices) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .format)
        guard let format = Format(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: container, debugDescription: "no reply format \(name)")
        }
        let choices =
            format == .menu ? try container.decode([Menu.Choice].self, forKey: .choices) : []
        self = try ReplyItem(format, choices: choices) { field in
            try container.decode(String.self, forKey: Key(field.rawValue))
        }
    }
}
