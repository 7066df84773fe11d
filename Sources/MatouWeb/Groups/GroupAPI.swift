import HTTP
import Matou

/// `/api/v1/groups`.
struct GroupAPI: APIResource {
    let groups: CodeGroups
    let history: Revisions

    var schemas: [String: JSON] { GroupSchemas.all }

    var routes: [APIRoute] {
        let filters: [Operation.Parameter] = [
            .text("name", "Part of the name."),
            .choice("sort", "Order.", CodeGroupFilter.Sort.allCases.map(\.rawValue)),
        ]
        return [
            APIRoute(
                .get, "/groups", page, for: .viewer,
                Operation(
                    summary: "List the groups of codes.",
                    query: filters + Operation.Parameter.paging,
                    answer: .list(of: "Group"))),
            APIRoute(
                .post, "/groups", create, for: .editor,
                Operation(
                    summary: "Make a group.", body: "GroupName",
                    answer: .object("Group", status: 201), isIdempotent: true)),
            APIRoute(
                .get, "/groups/{id}", show, for: .viewer,
                Operation(
                    summary: "Get a group.", answer: .object("Group"), isConditional: true)),
            APIRoute(
                .patch, "/groups/{id}", rename, for: .editor,
                Operation(
                    summary: "Rename a group.", body: "GroupName", answer: .object("Group"),
                    isConditional: true)),
            APIRoute(
                .delete, "/groups/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete a group; its codes stay, in no group.", answer: .nothing,
                    isConditional: true)),
            APIRoute(
                .post, "/groups/{id}/restorations", restore, for: .editor,
                Operation(
                    summary: "Bring a deleted group back, with its codes that are in no other.",
                    answer: .object("Group"))),
            APIRoute(
                .get, "/groups/{id}/revisions", revisions, for: .viewer,
                Operation(
                    summary: "List the versions of a group, the latest first.",
                    query: Operation.Parameter.paging(sort: Revision.sort),
                    answer: .list(of: "Revision"))),
        ]
    }

    @Sendable private func page(_ call: APICall) async throws -> Response {
        var filter = CodeGroupFilter()
        filter.name = call.request.query("name") ?? ""
        filter.sort = try call.choice("sort") ?? .name
        let (limit, cursor) = try call.paging(sort: filter.sort.rawValue)
        let page = try await groups.page(
            filter, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        let made = try await groups.create(
            named: try Self.name(call), once: call.idempotencyKey(), by: call.principal)
        return try .json(JSON(made), status: .created, version: made.version).located(
            at: "/groups/\(made.group.id)")
    }

    @Sendable private func show(_ call: APICall, _ id: CodeGroup.ID) async throws -> Response {
        let found = try await groups.find(id, for: call.principal)
        return try .json(JSON(found), version: found.version)
    }

    @Sendable private func rename(_ call: APICall, _ id: CodeGroup.ID) async throws -> Response {
        let name = try Self.name(call)
        let present = try await groups.find(id, for: call.principal)
        let renamed = try await groups.rename(
            id, to: name,
            ifVersion: try call.expectedVersion(present.version), by: call.principal)
        return try .json(JSON(renamed), version: renamed.version)
    }

    @Sendable private func delete(_ call: APICall, _ id: CodeGroup.ID) async throws -> Response {
        let present = try await groups.find(id, for: call.principal)
        try await groups.delete(
            id, ifVersion: try call.expectedVersion(present.version), by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func restore(_ call: APICall, _ id: CodeGroup.ID) async throws -> Response {
        let restored = try await groups.restore(id, by: call.principal)
        return try .json(JSON(restored), version: restored.version)
    }

    @Sendable private func revisions(_ call: APICall, _ id: CodeGroup.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Revision.sort)
        let page = try await history.page(of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    private static func name(_ call: APICall) throws -> String {
        var body = try JSONBody(call.request)
        let name = body.text("name") ?? ""
        try body.check()
        return name
    }
}

extension JSON {
    fileprivate init(_ entry: CodeGroup.Entry) {
        self = [
            "id": .string(entry.group.id.text), "name": .string(entry.group.name),
            "qr_codes": JSON(entry.codes), "created_by": .string(entry.createdBy),
            "created_at": .string(entry.createdAt.rfc3339), "version": JSON(entry.version),
        ]
    }
}

enum GroupSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Group": Common.object([
            "id": Common.text, "name": Common.text, "qr_codes": Common.count,
            "created_by": Common.text, "created_at": Common.time, "version": ["type": "integer"],
        ]),
        "GroupName": Common.body(
            required: ["name"],
            ["name": CommonSchemas.line(max: CodeGroup.nameLimit)]),
    ]
}
