import HTTP
import Matou
import Sheets

/// `/api/v1/exports`: a token's own.
struct ExportAPI: APIResource {
    let exports: Exports
    let forms: Forms
    let settings: SiteSettings

    var schemas: [String: JSON] { ExportSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .get, "/exports", page, for: .viewer,
                Operation(
                    summary: "List your exports, the newest first.",
                    query: Operation.Parameter.paging(sort: Export.sort),
                    answer: .list(of: "Export"))),
            APIRoute(
                .post, "/exports", create, for: .viewer,
                Operation(
                    summary: "Ask for records as files; they are written in the background.",
                    body: "NewExport", answer: .object("Export", status: 201),
                    isIdempotent: true,
                    conflicts: [.audienceNotReady, .tooManyExports, .exportSpaceFull]),
                bodyBytesMax: APIRoute.selectionBytesMax),
            APIRoute(
                .get, "/exports/{id}", show, for: .viewer,
                Operation(
                    summary: "Get an export: how far it is, and a link to its file for an hour.",
                    answer: .object("Export"))),
            APIRoute(
                .post, "/exports/{id}/retry", retry, for: .viewer,
                Operation(
                    summary: "Begin an export that failed anew, with the records of now.",
                    answer: .object("Export"),
                    conflicts: [.exportNotFailed, .tooManyExports, .exportSpaceFull])),
            APIRoute(
                .delete, "/exports/{id}", cancel, for: .viewer,
                Operation(
                    summary: "Stop an export, or remove its file.", answer: .nothing)),
            APIRoute(
                .get, "/exports/{id}/file", file, for: .viewer,
                Operation(
                    summary: "Download the file: a workbook, a CSV, or a ZIP of several.",
                    answer: .file([
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        "text/csv", "application/zip",
                    ]), isConditional: true, conflicts: [.exportNotDone])),
        ]
    }

    @Sendable private func page(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Export.sort)
        let page = try await exports.page(after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { try json($0, call) }, next: page.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let format = body.choice("format", as: ExportFormat.self) ?? .xlsx
        let language = body.choice("language", as: Language.self) ?? .chinese
        let kind = try await kind(from: &body, call.principal)
        let export = try await exports.create(
            kind, as: format, in: language, once: call.idempotencyKey(), by: call.principal)
        return try .json(json(export, call), status: .created).located(at: "/exports/\(export.id)")
    }

    private func kind(
        from body: inout JSONBody, _ principal: Principal
    ) async throws -> any ExportKind {
        let name = body.text("kind") ?? ""
        switch name {
        case ScannersExport.name: return try scanners(from: &body)
        case AudienceMembersExport.name:
            return AudienceMembersExport(of: Audience.ID(try id("audience_id", from: &body)))
        case FormSubmissionsExport.name:
            let form = Matou.Form.ID(try id("form_id", from: &body))
            return FormSubmissionsExport(of: try await forms.find(form, for: principal))
        default: return try ofCodes(name, from: &body, for: principal)
        }
    }

    private func id(_ member: String, from body: inout JSONBody) throws(Refusal) -> String {
        let id = body.text(member)
        if id == nil { body.add(member, .required) }
        try body.check()
        return id ?? ""
    }

    private func scanners(from body: inout JSONBody) throws(Refusal) -> ScannersExport {
        var filter = ScannerFilter()
        filter.group = body.choice("scanner_kind", as: ScannerFilter.Group.self) ?? .all
        filter.sort = body.choice("sort", as: ScannerFilter.Sort.self) ?? .latest
        filter.openid = body.text("openid") ?? ""
        return ScannersExport(of: QRCode.ID(try id("qr_code_id", from: &body)), filter)
    }

    private func ofCodes(
        _ name: String, from body: inout JSONBody, for principal: Principal
    ) throws -> any ExportKind {
        let names = ExportKinds.all.map { $0.name }
        if !names.contains(name) { body.add("kind", .notOneOf(names)) }
        let codes = QRCodeSelection(&body, for: principal)
        try body.check()
        return switch name {
        case ScanRecordsExport.name: ScanRecordsExport(of: codes)
        case QRCodeLinksExport.name:
            QRCodeLinksExport(of: codes, publicURL: settings.publicURL)
        default: QRCodesExport(of: codes)
        }
    }

    @Sendable private func show(_ call: APICall, _ id: Export.ID) async throws -> Response {
        try .json(json(try await exports.find(id, for: call.principal), call))
    }

    @Sendable private func retry(_ call: APICall, _ id: Export.ID) async throws -> Response {
        try .json(json(try await exports.retry(id, by: call.principal), call))
    }

    @Sendable private func cancel(_ call: APICall, _ id: Export.ID) async throws -> Response {
        _ = try await exports.cancel(id, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func file(_ call: APICall, _ id: Export.ID) async throws -> Response {
        try .file(of: await exports.file(id, for: call.principal), to: call.request)
    }

    private func json(_ export: Export, _ call: APICall) throws -> JSON {
        let link = try exports.link(to: export, in: call.principal.workspace)
        return [
            "id": .string(export.id.text), "kind": .string(export.kind),
            "format": .string(export.format.rawValue), "name": .string(export.name),
            "state": .string(export.state.rawValue), "records": JSON(export.records),
            "written": JSON(export.written), "truncated": .bool(export.isTruncated),
            "failure": JSON(export.failure?.rawValue), "bytes": JSON(export.bytes),
            "file_url": JSON(link.map { settings.publicURL + $0.path }),
            "file_url_expires_at": JSON(link?.expiresAt.rfc3339),
            "created_at": .string(export.createdAt.rfc3339),
            "finished_at": JSON(export.finishedAt?.rfc3339),
            "expires_at": JSON(export.expiresAt?.rfc3339),
        ]
    }
}

enum ExportSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Export": Common.object([
            "id": Common.text, "kind": Common.choice(ExportKinds.all.map { $0.name }),
            "format": Common.choice(of: ExportFormat.self), "name": Common.text,
            "state": Common.choice(of: Export.State.self),
            "records": ["type": ["integer", "null"]], "written": Common.count,
            "truncated": [
                "type": "boolean",
                "description": .string(
                    "There were more than \(Export.recordsMax) records; the others are left out."),
            ],
            "failure": [
                "type": ["string", "null"],
                "enum": .array(
                    Export.Failure.allCases.map { .string($0.rawValue) } + [.null]),
                "description": "Why it was given up.",
            ],
            "bytes": ["type": ["integer", "null"]],
            "file_url": Common.optionalText, "file_url_expires_at": Common.optionalTime,
            "created_at": Common.time, "finished_at": Common.optionalTime,
            "expires_at": Common.optionalTime,
        ]),
        "NewExport": Common.body(
            required: ["kind"],
            QRCodeSelectionSchemas.members.merging([
                "kind": Common.choice(ExportKinds.all.map { $0.name }),
                "format": Common.choice(of: ExportFormat.self),
                "language": Common.choice(of: Language.self),
                "qr_code_id": [
                    "type": "string", "description": "Of scanners: whose they are.",
                ],
                "audience_id": [
                    "type": "string", "description": "Of audience_members: the audience.",
                ],
                "form_id": [
                    "type": "string", "description": "Of form_submissions: the form.",
                ],
                "scanner_kind": Common.choice(of: ScannerFilter.Group.self),
                "openid": ["type": "string", "description": "Of scanners: how openids begin."],
                "sort": Common.choice(of: ScannerFilter.Sort.self),
            ]) { first, _ in first }),
    ]
}
