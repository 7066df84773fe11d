import HTTP
import Matou

/// `/api/v1/audit`, and the versions of codes, forms and accounts.
struct RevisionAPI: APIResource {
    let installation: Installation
    let codes: QRCodeAPI
    let accounts: AccountAPI

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging(sort: Revision.sort)
        let kinds = Operation.Parameter.choice(
            "kind", "Changes of this kind of object.", Revision.Kind.allCases.map(\.rawValue))
        return [
            APIRoute(
                .get, "/audit", audit, for: .admin,
                Operation(
                    summary: "List who changed what, the latest first.", query: [kinds] + paging,
                    answer: .list(of: "Revision"))),
            APIRoute(
                .get, "/qr-codes/{id}/revisions", ofCode, for: .viewer,
                Operation(
                    summary: "List the versions of a code, the latest first.", query: paging,
                    answer: .list(of: "Revision"))),
            APIRoute(
                .get, "/forms/{id}/revisions", ofForm, for: .viewer,
                Operation(
                    summary: "List the versions of a form, the latest first.", query: paging,
                    answer: .list(of: "Revision"))),
            APIRoute(
                .get, "/accounts/{id}/revisions", ofAccount, for: .viewer,
                Operation(
                    summary: "List the versions of an account, the latest first.", query: paging,
                    answer: .list(of: "Revision"))),
            APIRoute(
                .post, "/accounts/{id}/restorations", restoreAccount, for: .admin,
                Operation(
                    summary: "Go back to a version of an account; its secrets stay.",
                    body: "AccountRestoration", answer: .object("Account"), isConditional: true)),
            APIRoute(
                .post, "/qr-codes/{id}/restorations", restore, for: .editor,
                Operation(
                    summary: "Go back to a version of a code, or bring a deleted code back.",
                    body: "Restoration", isBodyOptional: true, answer: .object("QRCode"),
                    isConditional: true,
                    conflicts: [.codeNotDeleted])),
        ]
    }

    @Sendable private func audit(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Revision.sort)
        let page = try await installation.revisions.page(
            RevisionFilter(kind: call.choice("kind")), after: cursor, limit: limit,
            for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func ofCode(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Revision.sort)
        let page = try await installation.revisions.page(
            of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func ofForm(_ call: APICall, _ id: Matou.Form.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Revision.sort)
        let page = try await installation.revisions.page(
            of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func ofAccount(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Revision.sort)
        let page = try await installation.revisions.page(
            of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func restoreAccount(
        _ call: APICall, _ id: Account.ID
    ) async throws -> Response {
        let present = try await installation.accounts.find(id, for: call.principal)
        var body = try JSONBody(call.request)
        let version = body.integer("version")
        if version == nil { body.add("version", .required) }
        try body.check()
        let account = try await installation.accounts.goBack(
            id, to: version ?? 0, ifVersion: call.expectedVersion(present.version),
            by: call.principal)
        return try .json(accounts.json(account), version: account.version)
    }

    @Sendable private func restore(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        var body = try JSONBody.optional(call.request)
        let version = body.integer("version")
        try body.check()
        let present = try await installation.qrCodes.find(evenDeleted: id, for: call.principal)
        let expected = try call.expectedVersion(present.version)
        let code =
            if let version {
                try await installation.qrCodes.goBack(
                    id, to: version, ifVersion: expected, by: call.principal)
            } else {
                try await installation.qrCodes.restore(id, by: call.principal)
            }
        return try await codes.answer(code, call)
    }
}

extension JSON {
    init(_ revision: Revision) {
        func snapshot(_ text: String?) -> JSON {
            text.flatMap { JSON.parse(Array($0.utf8)) } ?? .null
        }
        self = [
            "seq": .integer(revision.seq), "kind": .string(revision.kind.rawValue),
            "object_id": .string(revision.objectID), "object_name": .string(revision.objectName),
            "version": JSON(revision.version), "action": .string(revision.action.rawValue),
            "before": snapshot(revision.before), "after": snapshot(revision.after),
            "actor": .string(revision.actor), "at": .string(revision.at.rfc3339),
        ]
    }
}

enum RevisionSchemas {
    private typealias Common = CommonSchemas

    /// The fields of the object that changed, whatever it is.
    private static let snapshot: JSON = [
        "type": ["object", "null"], "additionalProperties": true,
    ]

    static let all: [String: JSON] = [
        "Revision": Common.object([
            "seq": ["type": "integer"],
            "kind": CommonSchemas.choice(of: Revision.Kind.self),
            "object_id": Common.text, "object_name": Common.text,
            "version": ["type": ["integer", "null"]],
            "action": CommonSchemas.choice(of: Revision.Action.self),
            "before": snapshot, "after": snapshot,
            "actor": Common.text, "at": Common.time,
        ]),
        "AccountRestoration": Common.body(
            required: ["version"], ["version": ["type": "integer"]]),
        "Restoration": Common.body(required: [], ["version": ["type": ["integer", "null"]]]),
    ]
}
