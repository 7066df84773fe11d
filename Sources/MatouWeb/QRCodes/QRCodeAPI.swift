import Foundation
import HTTP
import Matou

/// `/api/v1/qr-codes`.
struct QRCodeAPI: APIResource {
    let installation: Installation
    let settings: SiteSettings
    let pictures: CodePictures

    var schemas: [String: JSON] { QRCodeSchemas.all }

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging
        let list = Operation(
            summary: "List codes.", query: QRCodeFilter.parameters + paging,
            answer: .list(of: "QRCode"))
        let creation = Operation(
            summary: "Make a code and ask WeChat for it.", body: "NewQRCode",
            answer: .object("QRCode", status: 201), isIdempotent: true,
            conflicts: obstacles + [.permanentCodesUsedUp])
        let changing = Operation(
            summary: "Change what may be changed; members left out stay.", body: "QRCodeChange",
            answer: .object("QRCode"), isConditional: true)
        let people = Operation(
            summary: "List the people who scanned a code.", query: scannerFilters + paging,
            answer: .list(of: "Scanner"))
        return [
            APIRoute(.get, "/qr-codes", page, for: .viewer, list),
            APIRoute(.post, "/qr-codes", create, for: .editor, creation),
            APIRoute(
                .get, "/qr-codes/{id}", show, for: .viewer,
                Operation(
                    summary: "Get a code with its figures, a deleted one too.",
                    answer: .object("QRCode"),
                    isConditional: true)),
            APIRoute(.patch, "/qr-codes/{id}", change, for: .editor, changing),
            APIRoute(
                .delete, "/qr-codes/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete a code; WeChat's goes on as a plain one.", answer: .nothing,
                    isConditional: true)),
            APIRoute(
                .post, "/qr-codes/{id}/copies", copy, for: .editor,
                Operation(
                    summary: "Make a code with all settings of another; its name ends in _copy.",
                    body: "QRCodeCopy", isBodyOptional: true,
                    answer: .object("QRCode", status: 201), isIdempotent: true,
                    conflicts: obstacles + [.codeNotMade, .permanentCodesUsedUp])),
            APIRoute(
                .post, "/qr-codes/{id}/creation-attempts", retry, for: .editor,
                Operation(
                    summary: "Ask WeChat again for a code whose creation failed.",
                    answer: .object("QRCode"), conflicts: obstacles + [.codeNotFailed])),
            APIRoute(
                .get, "/qr-codes/{id}/image", image, for: .viewer,
                Operation(
                    summary: "Get the picture.", query: CodePictures.parameters,
                    answer: .picture, isConditional: true,
                    conflicts: [.codeNotMade, .designUnreadable])),
            APIRoute(
                .get, "/qr-codes/deleted", deleted, for: .viewer,
                Operation(
                    summary: """
                        List the deleted codes of connected accounts, the last deletion first.
                        """,
                    query: [.text("account_id", "Codes of this account only.")]
                        + Operation.Parameter.paging(sort: QRCode.deletedSort),
                    answer: .list(of: "QRCode"))),
            APIRoute(.get, "/qr-codes/{id}/scanners", scanners, for: .viewer, people),
            APIRoute(
                .get, "/qr-codes/{id}/days", days, for: .viewer,
                Operation(
                    summary: "Get the figures by day, without gaps; the last 30 days if not told.",
                    query: ReportDays.parameters,
                    answer: .object("CodeDays"))),
        ]
    }

    private var obstacles: [Conflict] { [.accountNotVerified, .accountNotAuthorized] }

    private var scannerFilters: [Operation.Parameter] {
        [
            .choice("kind", "Which of them.", ScannerFilter.Group.allCases.map(\.rawValue)),
            .text("openid", "The beginning of an openid."),
            .choice("sort", "By the latest scan.", ScannerFilter.Sort.allCases.map(\.rawValue)),
        ]
    }
}

extension QRCodeAPI {
    @Sendable private func page(_ call: APICall) async throws -> Response {
        var query = JSONBody(call.request.queryItems, among: QRCodeFilter.parameters)
        let filter = QRCodeFilter(&query, for: call.principal)
        try query.check()
        let (limit, cursor) = try call.paging(sort: filter.sort.rawValue)
        let page = try await installation.qrCodes.page(
            filter, at: PagePlace(after: cursor), limit: limit, for: call.principal)
        let codes = page.codes.elements.map { json($0, page.counts[$0.id] ?? CodeCounts()) }
        return try .list(codes, next: page.codes.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let account = body.text("account_id")
        if account == nil { body.add("account_id", .required) }
        let draft = draft(from: &body, onto: QRCode.Draft())
        let code = try await installation.qrCodes.create(
            draft, on: Account.ID(account ?? ""), once: call.idempotencyKey(), by: call.principal)
        return try await created(code, call)
    }

    private func created(_ code: QRCode, _ call: APICall) async throws -> Response {
        try await answer(code, call, status: .created).located(at: code.path)
    }

    @Sendable private func show(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        try await answer(
            installation.qrCodes.find(evenDeleted: id, for: call.principal), call)
    }

    @Sendable private func copy(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        var body = try JSONBody.optional(call.request)
        let name = body.text("name")
        try body.check()
        let copy = try await installation.qrCodes.copy(
            id, named: name, once: call.idempotencyKey(), by: call.principal)
        return try await created(copy, call)
    }

    @Sendable private func change(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        try await call.merging {
            let present = try await installation.qrCodes.find(id, for: call.principal)
            var body = try JSONBody(call.request)
            if body.has("account_id") { body.add("account_id", .immutable) }
            let draft = draft(from: &body, onto: QRCode.Draft(present))
            let changed = try await installation.qrCodes.change(
                present.id, to: draft,
                ifVersion: call.expectedVersion(present.version) ?? present.version,
                by: call.principal)
            return try await answer(changed, call)
        }
    }

    @Sendable private func delete(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        let present = try await installation.qrCodes.find(id, for: call.principal)
        try await installation.qrCodes.delete(
            present.id, ifVersion: call.expectedVersion(present.version), by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func deleted(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: QRCode.deletedSort)
        let (page, counts) = try await installation.qrCodes.deletedPage(
            of: try call.query("account_id"), after: cursor,
            limit: limit, for: call.principal)
        return try .list(
            page.elements.map { json($0, counts[$0.id] ?? CodeCounts()) }, next: page.next)
    }

    @Sendable private func retry(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        try await answer(installation.qrCodes.retry(id, by: call.principal), call)
    }

    @Sendable private func image(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        let code = try await installation.qrCodes.find(id, for: call.principal)
        return try await pictures.answer(
            to: call.request, for: code, in: call.principal.workspace)
    }

    @Sendable private func scanners(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        var filter = ScannerFilter()
        filter.group = try call.choice("kind") ?? .all
        filter.sort = try call.choice("sort") ?? .latest
        let (limit, cursor) = try call.paging(sort: filter.sort.rawValue)
        filter.openid = call.request.query("openid") ?? ""
        let page = try await installation.stats.scanners(
            of: id, filter, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { JSON($0, call.locales) }, next: page.next)
    }

    @Sendable private func days(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        let workspace = try await installation.workspace(of: call.principal)
        let days = try ReportDays(
            from: call.query("from"), to: call.query("to"),
            today: installation.clock.now().day(in: workspace.timeZone))
        let report = try await installation.stats.report(of: id, days, for: call.principal)
        return try .json(days: report.days, in: workspace)
    }

    func answer(
        _ code: QRCode, _ call: APICall, status: Status = .ok
    ) async throws -> Response {
        let report = try await installation.stats.report(
            of: code.id, ReportDays(last: 1), for: call.principal)
        return try .json(
            json(code, report.counts, report.replyFailures), status: status, version: code.version)
    }

    private func json(
        _ code: QRCode, _ counts: CodeCounts, _ failures: [ReplyFailure]? = nil
    ) -> JSON {
        JSON(
            code, counts: counts, failures: failures, now: installation.clock.now(),
            publicURL: settings.publicURL, installation.locales)
    }

    /// The draft with every member that the body has; null clears.
    func draft(from body: inout JSONBody, onto base: QRCode.Draft) -> QRCode.Draft {
        var draft = base
        if body.has("name") { draft.name = body.text("name") ?? "" }
        if body.has("type") {
            draft.kind = body.choice("type") ?? draft.kind
            // Null is no kind either.
            if body.text("type") == nil { body.add("type", .required) }
        }
        if body.has("lifetime_seconds") {
            draft.lifetimeSeconds = body.integer("lifetime_seconds")
        }
        if body.has("source") { draft.source = body.text("source") ?? "" }
        if body.has("group") { draft.group = body.text("group") ?? "" }
        if body.has("contact_tags") { draft.contactTags = body.texts("contact_tags") }
        if body.has("follower_tags") { draft.followerTags = body.texts("follower_tags") }
        if body.has("starts_at") { draft.startsAt = body.time("starts_at") }
        if body.has("reply") { draft.reply = body.replyItems("reply") }
        draft.faults = body.faults
        return draft
    }
}
