import HTTP
import Matou

/// What somebody typed into the form of a card, as it was typed.
struct NewsCardForm: Sendable {
    var card = NewsCard.Draft().card
    var version: Int?

    init() {}

    init(_ saved: NewsCard) {
        card = saved.card
        version = saved.version
    }

    init(_ form: Form) {
        card.title = form.first("title") ?? ""
        card.description = form.first("description") ?? ""
        card.url = form.first("url") ?? ""
        card.picture = Material.ID(form.first("material_id") ?? "")
        version = form.first("version").flatMap(Int.init)
    }

    var draft: NewsCard.Draft { NewsCard.Draft(card) }
    /// As a reply would send it.
    var item: ReplyItem { .news(card) }

    /// Takes a file in as the cover, in place of the one that was chosen.
    ///
    /// - Throws: `Refusal.invalid("file", …)` for what is no picture.
    mutating func take(
        _ file: UploadedFile?, _ materials: Materials, by principal: Principal
    ) async throws {
        guard let file else { return }
        let (material, _) = try await materials.upload(
            OneChunk(bytes: file.bytes), named: file.filename, by: principal)
        guard material.kind == .image else {
            throw Refusal.invalid("file", .unsupportedFile(["PNG", "JPEG", "GIF"]))
        }
        card.picture = material.id
    }
}

/// The list of saved cards, as its template shows it.
struct NewsCardListView: Sendable {
    let kinds: [Tab]
    let title: String
    let tiles: [Tile]
    let empty: EmptyState?
    let pager: Pager?
    let newPath: String?

    init(
        _ tiles: [Tile], next: Cursor?, title: String, mayEdit: Bool, address: PageAddress,
        _ wording: Wording
    ) {
        kinds = .materials(at: "/news-cards", wording)
        self.title = title
        self.tiles = tiles
        let word = title.isEmpty ? "none" : "found"
        empty =
            tiles.isEmpty
            ? EmptyState(
                title: wording("news-cards.empty.\(word)"),
                text: wording("news-cards.empty.text"), action: nil) : nil
        pager = Pager(next, at: address)
        newPath = mayEdit ? "/news-cards/new" : nil
    }
}

/// The form of a card beside the card itself.
struct NewsCardView: Sendable {
    let heading: String
    let path: String
    let problem: Notice?
    let version: String?
    /// Nil for those who may only look.
    let form: Fields?
    let bubble: ReplyBubble
    let newCodePath: String?
    let deletePath: String?

    struct Fields: Sendable {
        let title: FormField
        let description: FormField
        let url: FormField
        let cover: Cover
    }

    struct Cover: Sendable {
        let error: String?
        let pictures: [Choice]
    }

    init(
        _ form: NewsCardForm, _ present: NewsCard?, faults: [FieldFault], problem: Notice?,
        references: ReplyReferences, pictures: [Material], mayEdit: Bool, _ wording: Wording
    ) {
        let errors = FaultTexts(faults, wording)
        let card = form.card
        heading = present?.card.title ?? wording("news-cards.new")
        path = present?.path ?? "/news-cards"
        self.problem = problem ?? Notice(faults: faults, wording)
        version = form.version.map(String.init)
        let chosen = references.materials[card.picture].map { [$0] } ?? []
        let offered = chosen + pictures.filter { $0.id != card.picture }
        self.form =
            mayEdit
            ? Fields(
                title: Self.field("title", card.title, max: ReplyItem.titleBytesMax, errors),
                description: Self.field(
                    "description", card.description, max: ReplyItem.descriptionBytesMax, errors),
                url: FormField("url", card.url, errors),
                cover: Cover(
                    error: errors["file"] ?? errors["material_id"],
                    pictures: offered.map {
                        Choice($0.id.text, $0.label(wording), isSelected: $0.id == card.picture)
                    })) : nil
        bubble = ReplyBubble(form.item, references, wording)
        newCodePath = mayEdit ? present.map { "/qr-codes/new?card=\($0.id)" } : nil
        deletePath = mayEdit ? present.map { $0.path + "/delete" } : nil
    }

    private static func field(
        _ id: String, _ value: String, max: Int, _ errors: FaultTexts
    ) -> FormField {
        var field = FormField(id, value, errors)
        field.counter = ByteCounter(value, max: max)
        return field
    }
}
