import HTTP
import Matou

/// `/news-cards`: articles of our own, saved to begin replies with.
struct NewsCardPages: Pages {
    /// A cover of full size, and the words beside it.
    private static let formBytesMax = Material.bytesMax + (1 << 20)

    let installation: Installation
    let renderer: PageRenderer

    private var cards: NewsCards { installation.newsCards }

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/news-cards", list),
            PageRoute(.get, "/news-cards/new", new, for: .editor),
            PageRoute(
                .post, "/news-cards", create, for: .editor, bodyBytesMax: Self.formBytesMax,
                fileBytesMax: Material.bytesMax),
            PageRoute(.get, "/news-cards/picker", picker, for: .editor),
            PageRoute(.get, "/news-cards/{id}", show),
            PageRoute(
                .post, "/news-cards/{id}", change, for: .editor, bodyBytesMax: Self.formBytesMax,
                fileBytesMax: Material.bytesMax),
            PageRoute(.post, "/news-cards/{id}/delete", delete, for: .editor),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let title = visit.text("q")
        let (tiles, next) = try await tiles(titled: title, limit: PageLimit.standard, visit)
        let view = NewsCardListView(
            tiles, next: next, title: title, mayEdit: visit.principal.role >= .editor,
            address: PageAddress(visit.request, keeping: ["q", "cursor"]), wording)
        return try await renderer.page(
            "news-cards/index", view, title: wording("news-cards.title"), in: visit)
    }

    /// What the editor's dialog shows.
    @Sendable private func picker(_ visit: Visit) async throws -> Response {
        let title = visit.text("q")
        let (tiles, next) = try await tiles(titled: title, limit: 24, visit)
        return try renderer.fragment(
            "materials/picker", PickerView("/news-cards/picker", tiles, next: next, name: title),
            in: visit)
    }

    private func tiles(
        titled title: String, limit: Int, _ visit: Visit
    ) async throws -> (tiles: [Tile], next: Cursor?) {
        let cursor = visit.cursor(of: NewsCard.sort)
        let page = try await cards.page(
            titled: title, after: cursor, limit: limit, for: visit.principal)
        let covers = try await cards.covers(of: page.elements, for: visit.principal)
        let wording = renderer.wording(visit)
        let tiles = page.elements.map { Tile($0, cover: covers[$0.card.picture], wording) }
        return (tiles, page.next)
    }

    @Sendable private func new(_ visit: Visit) async throws -> Response {
        try await draw(NewsCardForm(), nil, visit)
    }

    @Sendable private func show(_ visit: Visit, _ id: NewsCard.ID) async throws -> Response {
        let card = try await cards.find(id, for: visit.principal)
        return try await draw(NewsCardForm(card), card, visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        try await save(nil, visit) { form in
            try await cards.create(form.draft, by: visit.principal)
        }
    }

    @Sendable private func change(_ visit: Visit, _ id: NewsCard.ID) async throws -> Response {
        let card = try await cards.find(id, for: visit.principal)
        return try await save(card, visit) { form in
            try await cards.change(
                card.id, to: form.draft, ifVersion: form.version, by: visit.principal)
        }
    }

    private func save(
        _ present: NewsCard?, _ visit: Visit, _ body: (NewsCardForm) async throws -> NewsCard
    ) async throws -> Response {
        let sent = try visit.request.form()
        var form = NewsCardForm(sent)
        do {
            try await form.take(sent.file("file"), installation.materials, by: visit.principal)
            let card = try await body(form)
            return .redirect(
                to: card.path, notice: Notice(.good, renderer.wording(visit)("common.saved")))
        } catch Refusal.invalid(let faults) {
            return try await draw(form, present, faults: faults, visit)
        } catch Refusal.stale(let version) {
            form.version = version
            let actor = present?.updatedBy ?? ""
            let names = try await installation.members.names(of: [actor], for: visit.principal)
            let words = renderer.wording(visit)(
                "common.problem.conflict", ["name": names[actor] ?? actor])
            return try await draw(form, present, problem: Notice(.warn, words), visit)
        }
    }

    private func draw(
        _ form: NewsCardForm, _ present: NewsCard?, faults: [FieldFault] = [],
        problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let references = try await installation.qrCodes.references(
            of: [form.item], on: Account.ID(""), withDeleted: true, for: visit.principal)
        let pictures = try await installation.materials.page(
            MaterialFilter(kind: .image), limit: ReplyOffer.listed, for: visit.principal)
        let view = NewsCardView(
            form, present, faults: faults, problem: problem, references: references,
            pictures: pictures.elements, mayEdit: visit.principal.role >= .editor, wording)
        return try await renderer.page(
            "news-cards/show", view, title: view.heading, in: visit,
            status: faults.isEmpty && problem == nil ? .ok : .unprocessableContent)
    }

    @Sendable private func delete(_ visit: Visit, _ id: NewsCard.ID) async throws -> Response {
        let card = try await cards.find(id, for: visit.principal)
        try await cards.delete(card.id, by: visit.principal)
        let words = renderer.wording(visit)(
            "news-cards.done.deleted", ["name": card.card.title])
        return .redirect(to: "/news-cards", notice: Notice(.good, words))
    }
}

extension NewsCard {
    var path: String { "/news-cards/\(id)" }
}
