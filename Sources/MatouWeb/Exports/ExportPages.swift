import HTTP
import Matou
import Sheets

/// `/exports`: what a person asked for as files, how far it is, and where it can be fetched.
struct ExportPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/exports", list),
            PageRoute(.get, "/exports/events", events),
            PageRoute(.post, "/qr-codes/{id}/export", exportScanners),
            PageRoute(.post, "/audiences/{id}/export", exportMembers),
            PageRoute(.post, "/forms/{id}/export", exportSubmissions),
            PageRoute(.post, "/exports/{id}/cancel", cancel),
            PageRoute(.post, "/exports/{id}/retry", retry),
            .open(.get, "/exports/{id}/file", file),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let cursor = visit.cursor(of: Export.sort)
        let page = try await installation.exports.page(after: cursor, for: visit.principal)
        let now = installation.clock.now()
        let rows = try page.elements.map { export in
            let link = try installation.exports.link(to: export, in: visit.workspace.id)
            return ExportListView.Row(export, link: link?.path, now: now, wording)
        }
        let isUnderWay = page.elements.contains { $0.state.isUnderWay }
        let view = ExportListView(
            lead: wording(
                "exports.lead",
                [
                    "days": String(Export.keptFor.components.seconds / 86_400),
                    "records": wording.number(Export.recordsMax),
                    "file": wording.number(Export.recordsPerFile),
                ]),
            eventsPath: isUnderWay ? "/exports/events" : nil,
            list: rows.isEmpty ? nil : .init(exports: rows),
            nextPath: page.next.map { PageAddress("/exports").with("cursor", $0.text).text })
        return try await renderer.page(
            "exports/index", view, title: wording("exports.title"), in: visit)
    }

    /// Progress of the person's exports while any is under way, as server-sent events.
    @Sendable private func events(_ visit: Visit) async throws -> Response {
        let (exports, principal) = (installation.exports, visit.principal)
        return .progress(for: visit, installation.sessions) {
            () async throws -> [ProgressEvent] in
            try await exports.page(for: principal).elements.map { export in
                ProgressEvent(
                    id: export.id.text, done: export.written, total: export.records,
                    isUnderWay: export.state.isUnderWay)
            }
        }
    }

    /// The scanners of a code as its page lists them now.
    @Sendable private func exportScanners(
        _ visit: Visit, _ id: QRCode.ID
    ) async throws -> Response {
        let form = try visit.request.form()
        var filter = ScannerFilter()
        filter.group = form.first("kind").flatMap(ScannerFilter.Group.init(rawValue:)) ?? .all
        filter.sort = form.first("sort").flatMap(ScannerFilter.Sort.init(rawValue:)) ?? .latest
        filter.openid = form.first("openid")?.trimmingWhitespace() ?? ""
        return try await begin(ScannersExport(of: id, filter), visit)
    }

    @Sendable private func exportMembers(
        _ visit: Visit, _ id: Audience.ID
    ) async throws -> Response {
        try await begin(AudienceMembersExport(of: id), visit)
    }

    @Sendable private func exportSubmissions(
        _ visit: Visit, _ id: Matou.Form.ID
    ) async throws -> Response {
        let form = try await installation.forms.find(id, for: visit.principal)
        return try await begin(FormSubmissionsExport(of: form), visit)
    }

    private func begin(_ kind: some ExportKind, _ visit: Visit) async throws -> Response {
        let format = try visit.request.form().first("format")
        _ = try await installation.exports.create(
            kind, as: ExportFormat(typed: format), in: visit.language,
            by: visit.principal)
        let words = renderer.wording(visit)("exports.done.created")
        return .redirect(to: "/exports", notice: Notice(.good, words))
    }

    @Sendable private func retry(_ visit: Visit, _ id: Export.ID) async throws -> Response {
        _ = try await installation.exports.retry(id, by: visit.principal)
        let words = renderer.wording(visit)("exports.done.created")
        return .redirect(to: "/exports", notice: Notice(.good, words))
    }

    @Sendable private func cancel(_ visit: Visit, _ id: Export.ID) async throws -> Response {
        let export = try await installation.exports.cancel(id, by: visit.principal)
        let words = renderer.wording(visit)("exports.done.cancelled", ["name": export.name])
        return .redirect(to: "/exports", notice: Notice(.good, words))
    }

    /// For whoever has the link, as long as it says: a download manager has no cookie of ours.
    @Sendable private func file(_ visit: PublicVisit, _ id: Export.ID) async throws -> Response {
        let request = visit.request
        let end = Int64(request.query("expires") ?? "").map(Timestamp.init(milliseconds:))
        guard let end else { throw Refusal.missing }
        let result = try await installation.exports.file(
            id, in: Workspace.ID(request.query("workspace") ?? ""), until: end,
            signature: request.query("signature") ?? "")
        return try .file(of: result, to: request)
    }
}

extension Response {
    /// The file of an export: whole, or what a download that broke off has not got.
    ///
    /// - Throws: `Refusal.missing` when it was removed meanwhile; `RepresentationFault`.
    static func file(
        of export: ExportFiles.Result, to request: Request
    ) throws -> Response {
        let ending = export.fileName.split(separator: ".").last ?? ""
        let type =
            switch ending {
            case "csv": "text/csv; charset=utf-8"
            case "zip": "application/zip"
            default: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        let file = Representation(
            file: export.path,
            fields: [
                "Content-Type": type,
                "Content-Disposition": ContentDisposition.attachment(
                    named: CodePictureArchive.fileName(export.fileName)),
            ])
        guard let file else { throw Refusal.missing }
        return try file.response(to: request)
    }
}

extension ExportFormat {
    /// As a form names it, in any case; a workbook when it names none.
    init(typed text: String?) { self = ExportFormat(rawValue: text?.lowercased() ?? "") ?? .xlsx }
}

/// How far one piece of background work is.
struct ProgressEvent: Sendable {
    let id: String
    let done: Int
    /// Nil while it is not known.
    let total: Int?
    let isUnderWay: Bool

    var json: JSON {
        [
            "id": .string(id), "done": JSON(done), "total": JSON(total),
            "under_way": .bool(isUnderWay),
        ]
    }
}

extension Response {
    /// How often a page hears of progress.
    private static let progressPause: Duration = .milliseconds(500)
    /// A browser connects again when a stream ends.
    private static let progressMax: Duration = .seconds(300)

    /// Events of what changed, until nothing is under way any more, or the person has signed out, was
    /// taken out of the workspace, or went to another.
    static func progress(
        for visit: Visit, _ sessions: Sessions,
        _ current: @escaping @Sendable () async throws -> [ProgressEvent]
    ) -> Response {
        .events { stream in
            let end = ContinuousClock.now + progressMax
            var sent: [String: JSON] = [:]
            while ContinuousClock.now < end, try await visit.isStillOn(sessions) {
                let events = try await current()
                for event in events where sent[event.id] != event.json {
                    sent[event.id] = event.json
                    try await stream.send(String(decoding: event.json.bytes(), as: UTF8.self))
                }
                if !events.contains(where: \.isUnderWay) { return }
                try await stream.comment()
                try await Task.sleep(for: progressPause)
            }
        }
    }
}

extension Visit {
    /// Whether the session is there still, and in the workspace that the visit began in.
    fileprivate func isStillOn(_ sessions: Sessions) async throws -> Bool {
        guard let token = request.cookie(Gatekeeper.sessionCookie) else { return false }
        let session = try await sessions.find(SecretToken(text: token))
        return session?.workspace.id == workspace.id
    }
}
