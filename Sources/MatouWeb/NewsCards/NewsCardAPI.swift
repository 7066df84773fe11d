import HTTP
import Matou

/// `/api/v1/news-cards`.
struct NewsCardAPI: APIResource {
    let cards: NewsCards

    var schemas: [String: JSON] { NewsCardSchemas.all }

    var routes: [APIRoute] {
        let creation = Operation(
            summary: "Save a card to begin replies with.", body: "NewNewsCard",
            answer: .object("NewsCard", status: 201), isIdempotent: true)
        return [
            APIRoute(
                .get, "/news-cards", list, for: .viewer,
                Operation(
                    summary: "List the saved cards, the latest first.",
                    query: [.text("title", "Part of the title.")]
                        + Operation.Parameter.paging(sort: NewsCard.sort),
                    answer: .list(of: "NewsCard"))),
            APIRoute(.post, "/news-cards", create, for: .editor, creation),
            APIRoute(
                .get, "/news-cards/{id}", show, for: .viewer,
                Operation(
                    summary: "Get a card: its members are those of a reply item `news`.",
                    answer: .object("NewsCard"), isConditional: true)),
            APIRoute(
                .patch, "/news-cards/{id}", change, for: .editor,
                Operation(
                    summary: "Change a card; members left out stay. Codes keep their copies.",
                    body: "NewsCardChange", answer: .object("NewsCard"), isConditional: true)),
            APIRoute(
                .delete, "/news-cards/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete a card. Codes keep their copies.", answer: .nothing,
                    isConditional: true)),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: NewsCard.sort)
        let page = try await cards.page(
            titled: call.request.query("title") ?? "", after: cursor, limit: limit,
            for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        let draft = try draft(from: call, onto: NewsCard.Draft().card)
        let card = try await cards.create(
            draft, once: call.idempotencyKey(), by: call.principal)
        return try .json(JSON(card), status: .created, version: card.version).located(at: card.path)
    }

    @Sendable private func show(_ call: APICall, _ id: NewsCard.ID) async throws -> Response {
        let card = try await cards.find(id, for: call.principal)
        return try .json(JSON(card), version: card.version)
    }

    @Sendable private func change(_ call: APICall, _ id: NewsCard.ID) async throws -> Response {
        try await call.merging {
            let present = try await cards.find(id, for: call.principal)
            let changed = try await cards.change(
                present.id, to: try draft(from: call, onto: present.card),
                ifVersion: call.expectedVersion(present.version) ?? present.version,
                by: call.principal)
            return try .json(JSON(changed), version: changed.version)
        }
    }

    @Sendable private func delete(_ call: APICall, _ id: NewsCard.ID) async throws -> Response {
        let present = try await cards.find(id, for: call.principal)
        try await cards.delete(
            present.id, ifVersion: call.expectedVersion(present.version), by: call.principal)
        return .empty(.noContent)
    }

    private func draft(
        from call: APICall, onto base: ReplyItem.Card
    ) throws -> NewsCard.Draft {
        var body = try JSONBody(call.request)
        var card = base
        if body.has("title") { card.title = body.text("title") ?? "" }
        if body.has("description") { card.description = body.text("description") ?? "" }
        if body.has("url") { card.url = body.text("url") ?? "" }
        if body.has("material_id") {
            card.picture = Material.ID(body.text("material_id") ?? "")
        }
        return NewsCard.Draft(card, faults: body.faults)
    }
}

extension JSON {
    fileprivate init(_ saved: NewsCard) {
        self = [
            "id": .string(saved.id.text), "title": .string(saved.card.title),
            "description": .string(saved.card.description), "url": .string(saved.card.url),
            "material_id": .string(saved.card.picture.text),
            "created_by": .string(saved.createdBy),
            "created_at": .string(saved.createdAt.rfc3339),
            "updated_by": .string(saved.updatedBy),
            "updated_at": .string(saved.updatedAt.rfc3339), "version": JSON(saved.version),
        ]
    }
}

enum NewsCardSchemas {
    private typealias Common = CommonSchemas

    private static let card: [String: JSON] = [
        "title": Common.text, "description": Common.text, "url": Common.text,
        "material_id": Common.text,
    ]

    static let all: [String: JSON] = [
        "NewsCard": Common.object(
            card.merging([
                "id": Common.text, "created_by": Common.text, "created_at": Common.time,
                "updated_by": Common.text, "updated_at": Common.time,
                "version": ["type": "integer"],
            ]) { own, _ in own }),
        "NewNewsCard": Common.body(
            required: ["title", "description", "url", "material_id"], card),
        "NewsCardChange": Common.body(required: [], card),
    ]
}
