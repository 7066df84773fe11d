import HTTP
import Matou

/// `/api/v1/imports`.
struct ImportAPI: APIResource {
    let imports: Imports
    let codes: QRCodeAPI

    var schemas: [String: JSON] { ImportSchemas.all }

    var routes: [APIRoute] {
        let startConflicts: [Conflict] = [
            .importNotStartable, .permanentCodesUsedUp, .accountNotVerified,
            .accountNotAuthorized, .replyPartMissing,
        ]
        return [
            APIRoute(
                .get, "/imports", page, for: .viewer,
                Operation(
                    summary: "List the batches, the newest first.",
                    query: [.text("account_id", "Batches of this account.")]
                        + Operation.Parameter.paging(sort: Import.sort),
                    answer: .list(of: "Import"))),
            APIRoute(
                .post, "/imports", check, for: .editor,
                Operation(
                    summary: "Read and check a file of names; nothing is made until it is started.",
                    body: "NewImport", filePart: "csv", answer: .object("Import", status: 201),
                    isIdempotent: true,
                    conflicts: [.accountNotVerified, .accountNotAuthorized]),
                bodyBytesMax: APIRoute.fileBytesMax),
            APIRoute(
                .get, "/imports/{id}", show, for: .viewer,
                Operation(summary: "Get a batch and how far it is.", answer: .object("Import"))),
            APIRoute(
                .get, "/imports/{id}/lines", lines, for: .viewer,
                Operation(
                    summary: "List the lines of its file: the bad ones with why.",
                    query: [
                        .choice(
                            "state", "Lines in this state.",
                            ImportLine.State.allCases.map(\.rawValue))
                    ] + Operation.Parameter.paging(sort: ImportLine.sort),
                    answer: .list(of: "ImportLine"))),
            APIRoute(
                .post, "/imports/{id}/start", start, for: .editor,
                Operation(
                    summary: "Make the codes of the good lines, or go on where it stopped.",
                    answer: .object("Import"), conflicts: startConflicts)),
            APIRoute(
                .post, "/imports/{id}/retry", retry, for: .editor,
                Operation(
                    summary: "Ask WeChat again for all codes that it refused.",
                    answer: .object("Import"), conflicts: [.importNotStartable])),
            APIRoute(
                .post, "/imports/{id}/cancel", cancel, for: .editor,
                Operation(
                    summary: "Make no more of its codes; those that are made stay.",
                    answer: .object("Import"), conflicts: [.importNotCancellable])),
        ]
    }

    @Sendable private func page(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Import.sort)
        let page = try await imports.page(
            of: call.request.query("account_id").map(Account.ID.init), after: cursor,
            limit: limit, for: call.principal)
        return try .list(page.elements.map { JSON($0, call.locales) }, next: page.next)
    }

    @Sendable private func check(_ call: APICall) async throws -> Response {
        var (body, file) = try JSONBody.read(call.request, withFile: "csv")
        let account = body.text("account_id")
        if account == nil { body.add("account_id", .required) }
        let csv = file?.bytes ?? body.text("csv").map { Array($0.utf8) }
        if csv == nil { body.add("csv", .required) }
        let name = body.text("file_name") ?? file?.filename ?? "names.csv"
        let takesSource = body.bool("source_from_name") ?? false
        let draft = codes.draft(from: &body, onto: QRCode.Draft())
        let made = try await imports.check(
            csv ?? [], named: name,
            Import.Settings(draft: draft, takesSourceFromName: takesSource),
            on: Account.ID(account ?? ""), once: call.idempotencyKey(), by: call.principal)
        return try .json(JSON(made, call.locales), status: .created).located(at: made.path)
    }

    @Sendable private func show(_ call: APICall, _ id: Import.ID) async throws -> Response {
        try .json(JSON(try await imports.find(id, for: call.principal), call.locales))
    }

    @Sendable private func lines(_ call: APICall, _ id: Import.ID) async throws -> Response {
        let state = try call.choice("state", as: ImportLine.State.self)
        let (limit, cursor) = try call.paging(sort: ImportLine.sort)
        let found = try await imports.lines(
            of: id, state, after: cursor.flatMap { Int($0.key) } ?? 0,
            limit: limit + 1, for: call.principal)
        let shown = found.prefix(limit)
        let next =
            found.count > limit
            ? shown.last.map { Cursor(sort: ImportLine.sort, key: String($0.number), id: "") } : nil
        return try .list(shown.map { JSON($0, call.locales) }, next: next)
    }

    @Sendable private func start(_ call: APICall, _ id: Import.ID) async throws -> Response {
        try .json(JSON(try await imports.start(id, by: call.principal), call.locales))
    }

    @Sendable private func retry(_ call: APICall, _ id: Import.ID) async throws -> Response {
        try .json(JSON(try await imports.retry(id, by: call.principal), call.locales))
    }

    @Sendable private func cancel(_ call: APICall, _ id: Import.ID) async throws -> Response {
        try .json(JSON(try await imports.cancel(id, by: call.principal), call.locales))
    }
}

extension JSON {
    fileprivate init(_ found: Import, _ locales: Locales) {
        let draft = found.settings.draft
        self = [
            "id": .string(found.id.text), "account_id": .string(found.account.text),
            "file_name": .string(found.fileName), "encoding": .string(found.encoding),
            "type": .string(draft.kind.rawValue), "lifetime_seconds": JSON(draft.lifetimeSeconds),
            "source": .string(draft.source),
            "source_from_name": .bool(found.settings.takesSourceFromName),
            "group": draft.group.isEmpty ? .null : .string(draft.group),
            "starts_at": JSON(draft.startsAt?.rfc3339),
            "contact_tags": .array(draft.contactTags.map(JSON.string)),
            "follower_tags": .array(draft.followerTags.map(JSON.string)),
            "reply": .array(draft.reply.map(JSON.init)),
            "state": .string(found.state.rawValue), "lines": JSON(found.lines),
            "good": JSON(found.good), "bad": JSON(found.bad), "left": JSON(found.left),
            "made": JSON(found.made), "failed": JSON(found.failed),
            "waits_until": JSON(found.waitsUntil?.rfc3339),
            "failure": JSON(found.fault, locales, of: .code),
            "created_by": .string(found.createdBy),
            "created_at": .string(found.createdAt.rfc3339),
            "started_at": JSON(found.startedAt?.rfc3339),
            "finished_at": JSON(found.finishedAt?.rfc3339),
            "waits_for": JSON(found.ahead?.text),
        ]
    }

    fileprivate init(_ line: ImportLine, _ locales: Locales) {
        self = [
            "line": JSON(line.number), "name": .string(line.name),
            "state": .string(line.state.rawValue), "fault": JSON(line.fault?.name),
            "other_line": JSON(line.fault?.otherLine), "qr_code_id": JSON(line.code?.text),
            "failure": JSON(line.state == .failed ? line.refusal : nil, locales),
            "source": JSON(line.source),
        ]
    }
}

enum ImportSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Import": Common.object(
            QRCodeSchemas.settings.merging([
                "id": Common.text, "account_id": Common.text, "file_name": Common.text,
                "encoding": Common.text, "source_from_name": ["type": "boolean"],
                "state": Common.choice(of: Import.State.self),
                "lines": Common.count, "good": Common.count, "bad": Common.count,
                "left": Common.count, "made": Common.count, "failed": Common.count,
                "waits_until": Common.optionalTime,
                "failure": ["$ref": "#/components/schemas/Fault"], "created_by": Common.text,
                "created_at": Common.time, "started_at": Common.optionalTime,
                "finished_at": Common.optionalTime, "waits_for": Common.optionalText,
            ]) { first, _ in first }),
        "ImportLine": Common.object([
            "line": Common.count, "name": Common.text,
            "state": Common.choice(of: ImportLine.State.self),
            "fault": Common.optionalText, "other_line": ["type": ["integer", "null"]],
            "qr_code_id": Common.optionalText, "source": Common.optionalText,
            "failure": ["$ref": "#/components/schemas/Fault"],
        ]),
        "NewImport": Common.body(
            required: ["account_id"],
            QRCodeSchemas.settings.merging([
                "account_id": Common.text,
                "csv": [
                    "type": "string",
                    "description":
                        "Names in the first column; or a file in a form, as it is: UTF-8 or GB18030.",
                ],
                "file_name": Common.text, "source_from_name": ["type": "boolean"],
            ]) { first, _ in first }),
    ]
}
