import Foundation
import HTTP
import Matou

/// `/api/v1/audiences`.
struct AudienceAPI: APIResource {
    let audiences: Audiences

    var schemas: [String: JSON] { AudienceSchemas.all }

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging(sort:)
        let creation = Operation(
            summary: """
                Make an audience of those who meet a condition now: `all`, `any` or `not` of others, \
                `tag`, `follower_tag`, `source`, `scanned`, `replied`, `answered`, `following`.
                """,
            body: "NewAudience", answer: .object("Audience", status: 201), isIdempotent: true)
        return [
            APIRoute(
                .get, "/audiences", list, for: .viewer,
                Operation(
                    summary: "List audiences, the latest first.",
                    query: [.text("name", "Part of the name.")] + paging(Audience.sort),
                    answer: .list(of: "Audience"))),
            APIRoute(.post, "/audiences", create, for: .editor, creation),
            APIRoute(
                .post, "/audiences/estimate", estimate, for: .editor,
                Operation(
                    summary: "Count who would be in an audience of a condition, and make none.",
                    body: "AudienceQuestion", answer: .object("AudienceEstimate"))),
            APIRoute(
                .get, "/audiences/{id}", show, for: .viewer,
                Operation(
                    summary: "Get an audience.", answer: .object("Audience"), isConditional: true)),
            APIRoute(
                .patch, "/audiences/{id}", rename, for: .editor,
                Operation(
                    summary: "Rename an audience; who is in it stays.", body: "AudienceChange",
                    answer: .object("Audience"), isConditional: true)),
            APIRoute(
                .delete, "/audiences/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete an audience; its contacts stay.", answer: .nothing,
                    isConditional: true)),
            APIRoute(
                .post, "/audiences/{id}/restorations", restore, for: .editor,
                Operation(
                    summary: "Bring a deleted audience back, with those who were in it.",
                    answer: .object("Audience"))),
            APIRoute(
                .post, "/audiences/{id}/retry", retry, for: .editor,
                Operation(
                    summary: "Go on with an audience that failed.", answer: .object("Audience"),
                    conflicts: [.audienceNotFailed])),
            APIRoute(
                .get, "/audiences/{id}/members", members, for: .viewer,
                Operation(
                    summary: "List the contacts of an audience.",
                    query: paging(Audience.membersSort),
                    answer: .list(of: "Contact"))),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Audience.sort)
        let page = try await audiences.page(
            named: call.request.query("name") ?? "", after: cursor, limit: limit,
            for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let name = body.text("name")
        if name == nil { body.add("name", .required) }
        let condition = condition(from: &body)
        try body.check()
        let audience = try await audiences.create(
            named: name ?? "", condition ?? .all([]), once: call.idempotencyKey(),
            by: call.principal)
        return try answer(audience, status: .created).located(at: audience.path)
    }

    @Sendable private func estimate(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let condition = condition(from: &body)
        try body.check()
        let estimate = try await audiences.estimate(
            condition ?? .all([]), for: call.principal)
        return try .json([
            "members": JSON(estimate.members), "examined": JSON(estimate.examined),
            "complete": .bool(estimate.isComplete),
        ])
    }

    private func condition(from body: inout JSONBody) -> AudienceCondition? {
        guard let json = body.object("condition") else {
            body.add("condition", .required)
            return nil
        }
        do {
            return try AudienceCondition(sent: try json.bytes())
        } catch Refusal.invalid(let faults) {
            for fault in faults { body.add(fault.field, fault.code) }
        } catch {
            body.add("condition", .malformed)
        }
        return nil
    }

    @Sendable private func show(_ call: APICall, _ id: Audience.ID) async throws -> Response {
        try answer(try await audiences.find(id, for: call.principal))
    }

    private func answer(_ audience: Audience, status: Status = .ok) throws -> Response {
        try .json(JSON(audience), status: status, version: audience.version)
    }

    @Sendable private func rename(_ call: APICall, _ id: Audience.ID) async throws -> Response {
        let audience = try await audiences.find(id, for: call.principal)
        var body = try JSONBody(call.request)
        let name = body.text("name")
        try body.check()
        let expected = try call.expectedVersion(audience.version)
        guard let name else { return try answer(audience) }
        return try answer(
            try await audiences.rename(
                audience.id, to: name, ifVersion: expected, by: call.principal))
    }

    @Sendable private func delete(_ call: APICall, _ id: Audience.ID) async throws -> Response {
        let audience = try await audiences.find(id, for: call.principal)
        try await audiences.delete(
            audience.id, ifVersion: call.expectedVersion(audience.version), by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func restore(_ call: APICall, _ id: Audience.ID) async throws -> Response {
        try answer(try await audiences.restore(id, by: call.principal))
    }

    @Sendable private func retry(_ call: APICall, _ id: Audience.ID) async throws -> Response {
        try answer(try await audiences.retry(id, by: call.principal))
    }

    @Sendable private func members(_ call: APICall, _ id: Audience.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Audience.membersSort)
        let page = try await audiences.members(
            of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

}

extension JSON {
    init(_ audience: Audience) throws {
        let condition = try JSONDecoder().decode(
            JSON.self, from: JSONEncoder().encode(audience.condition))
        self = [
            "id": .string(audience.id.text), "name": .string(audience.name),
            "condition": condition, "state": .string(audience.state.rawValue),
            "examined": JSON(audience.examined), "members": JSON(audience.members),
            "people": JSON(audience.people), "created_by": .string(audience.createdBy),
            "created_at": .string(audience.createdAt.rfc3339),
            "finished_at": JSON(audience.finishedAt?.rfc3339),
            "version": JSON(audience.version),
        ]
    }
}

enum AudienceSchemas {
    private typealias Common = CommonSchemas

    private static let range: JSON = [
        "type": "object",
        "properties": [
            "code_id": Common.optionalText, "kind": Common.text, "openid": Common.text,
            "from": Common.time, "to": Common.time,
        ],
    ]
    private static let condition: JSON = ["$ref": "#/components/schemas/AudienceCondition"]

    static let all: [String: JSON] = [
        "AudienceCondition": [
            "description": .string(
                "Exactly one member; at most \(AudienceCondition.depthMax) deep and "
                    + "\(AudienceCondition.partsMax) in all."),
            "type": "object", "minProperties": 1, "maxProperties": 1,
            "properties": [
                "all": ["type": "array", "items": condition],
                "any": ["type": "array", "items": condition], "not": condition,
                "tag": Common.explained("The id of a contact tag, as `GET /tags` answers it."),
                "follower_tag": Common.explained(
                    "The id of a follower tag of one account, as `GET /tags` answers it."),
                "source": Common.explained("The word that codes have as their source."),
                "scanned": range, "replied": range,
                "answered": [
                    "type": "object", "required": ["form_id"],
                    "properties": [
                        "form_id": Common.text, "field": Common.text, "value": Common.text,
                    ],
                ],
                "following": ["type": "boolean"],
            ],
        ],
        "AudienceQuestion": Common.body(required: ["condition"], ["condition": condition]),
        "AudienceEstimate": [
            "description": "Of the first `examined` people, of all when it is complete.",
            "type": "object", "required": ["members", "examined", "complete"],
            "properties": [
                "members": [
                    "type": "integer", "minimum": 0,
                    "description": "Contacts: followers who were merged are one.",
                ],
                "examined": Common.count,
                "complete": ["type": "boolean"],
            ],
        ],
        "Audience": Common.object([
            "id": Common.text, "name": Common.text, "condition": condition,
            "state": CommonSchemas.choice(of: Audience.State.self),
            "examined": Common.count,
            "members": Common.count,
            "people": [
                "type": "integer", "minimum": 0,
                "description": .string(
                    "How many of the `members`, frozen, the list has now: after merges, what undid "
                        + "them, and erasures."),
            ],
            "created_by": Common.text, "created_at": Common.time,
            "finished_at": Common.optionalTime, "version": ["type": "integer"],
        ]),
        "AudienceChange": Common.body(required: [], ["name": Common.text]),
        "NewAudience": Common.body(
            required: ["name", "condition"], ["name": Common.text, "condition": condition]),
    ]
}
