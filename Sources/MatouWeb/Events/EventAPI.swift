import HTTP
import Matou

/// `/api/v1/events`: the journal.
struct EventAPI: APIResource {
    let journal: Journal

    var schemas: [String: JSON] { EventSchemas.all }

    var routes: [APIRoute] {
        let filters: [Operation.Parameter] = [
            .choice("kind", "Facts of this kind.", Fact.Kind.allCases.map(\.rawValue)),
            .text("account_id", "Facts of this account."),
            .text("code_id", "Facts of this code."), .text("person", "Facts about this openid."),
            .text("from", "Not earlier than this time."), .text("to", "Earlier than this time."),
        ]
        return [
            APIRoute(
                .get, "/events", list, for: .viewer,
                Operation(
                    summary: """
                        List the journal, the latest arrival first. A page may be short and still \
                        have a next one. In the order `seq` there always is one: asked again, it has \
                        what arrived since, so that nothing is missed and nothing seen twice; at the \
                        end it is the cursor that was sent.
                        """,
                    query: filters + [
                        .choice("sort", "By arrival.", Journal.Order.allCases.map(\.rawValue))
                    ] + Operation.Parameter.paging,
                    answer: .list(of: "Event")))
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        var filter = Journal.Filter()
        filter.kind = try call.choice("kind")
        filter.account = try call.query("account_id")
        filter.code = try call.query("code_id")
        filter.person = call.request.query("person")
        filter.from = try call.query("from")
        filter.to = try call.query("to")
        let order: Journal.Order = try call.choice("sort") ?? .latestFirst
        let (limit, cursor) = try call.paging(sort: order.rawValue)
        let page = try await journal.page(
            filter, order, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }
}

extension JSON {
    init(_ fact: Fact) {
        self = [
            "id": .string(String(fact.seq)), "kind": .string(fact.kind.rawValue),
            "account_id": JSON(fact.account.text.nilIfEmpty), "person": JSON(fact.person),
            "code_id": JSON(fact.code?.text), "code_state": JSON(fact.codeState?.rawValue),
            "source": JSON(fact.source),
            "occurred_at": .string(fact.occurredAt.rfc3339),
            "received_at": .string(fact.receivedAt.rfc3339),
        ]
    }
}

enum EventSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Event": Common.object([
            "id": Common.text,
            "kind": CommonSchemas.choice(of: Fact.Kind.self),
            "account_id": Common.optionalText, "person": Common.optionalText,
            "code_id": Common.optionalText, "code_state": Common.optionalText,
            "source": Common.optionalText,
            "occurred_at": Common.time, "received_at": Common.time,
        ])
    ]
}
