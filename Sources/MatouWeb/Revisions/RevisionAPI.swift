import HTTP
import Matou

/// `/api/v1/audit`, and the versions of codes, forms and accounts.
struct RevisionAPI: APIResource {
    let installation: Installation
    let codes: QRCodeAPI
    let accounts: AccountAPI

    var schemas: [String: JSON] { RevisionSchemas.all }

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging(sort: Revision.sort)
        let filters: [Operation.Parameter] = [
            .choice(
                "kind", "Changes of this kind of object.", Revision.Kind.allCases.map(\.rawValue)),
            .text("actor", "Changes that this user or token made; `me` for one's own."),
            .time("from", "Changes from this time on."),
            .time("before", "Changes before this time."),
        ]
        return [
            APIRoute(
                .get, "/audit", audit, for: .admin,
                Operation(
                    summary: "List who changed what, the latest first.", query: filters + paging,
                    answer: .list(of: "Revision"))),
            versions(of: QRCode.self, "a code", below: "/qr-codes"),
            versions(of: Matou.Form.self, "a form", below: "/forms"),
            versions(of: Account.self, "an account", below: "/accounts"),
            APIRoute(
                .post, "/accounts/{id}/restorations", restoreAccount, for: .admin,
                Operation(
                    summary: "Go back to a version of an account; its secrets stay.",
                    body: "AccountRestoration", answer: .object("Account"), isConditional: true,
                    conflicts: [.versionIsPresent])),
            APIRoute(
                .post, "/qr-codes/{id}/restorations", restore, for: .editor,
                Operation(
                    summary: "Go back to a version of a code, or bring a deleted code back.",
                    body: "Restoration", isBodyOptional: true, answer: .object("QRCode"),
                    isConditional: true,
                    conflicts: [.codeNotDeleted, .accountRemoved])),
        ]
    }

    private func versions<Object: Revised>(
        of _: Object.Type, _ name: String, below path: String
    ) -> APIRoute {
        APIRoute(
            .get, path + "/{id}/revisions",
            { (call: APICall, id: Identifier<Object>) in try await page(call, of: id) },
            for: .viewer,
            Operation(
                summary: "List the versions of \(name), the latest first.",
                query: Operation.Parameter.paging(sort: Revision.sort),
                answer: .list(of: "Revision")))
    }

    @Sendable private func audit(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Revision.sort)
        var filter = RevisionFilter(kind: try call.choice("kind"))
        filter.actor = try call.principal.creator(named: call.query("actor"))
        filter.from = try call.query("from")
        filter.before = try call.query("before")
        let page = try await installation.revisions.page(
            filter, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    private func page<Object: Revised>(
        _ call: APICall, of id: Identifier<Object>
    ) async throws -> Response {
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
        return try .json(accounts.json(account, call), version: account.version)
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
