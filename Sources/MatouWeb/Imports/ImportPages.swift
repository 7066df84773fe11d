import HTTP
import Matou
import Sheets

/// `/imports`: codes made in a batch from a file of names.
struct ImportPages: Pages, ReplyEditing {
    /// Bad lines that a page shows; all of them can be downloaded.
    private static let linesShown = 100

    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/imports", list),
            PageRoute(.get, "/imports/new", new, for: .editor),
            PageRoute(
                .post, "/imports", check, for: .editor, bodyBytesMax: Self.bodyBytesMax,
                fileBytesMax: max(Import.bytesMax, Material.bytesMax)),
            PageRoute(.get, "/imports/events", events),
            PageRoute(.get, "/imports/{id}", show),
            PageRoute(.get, "/imports/{id}/bad-lines", badLines),
            PageRoute(.post, "/imports/{id}/start", start, for: .editor),
            PageRoute(.post, "/imports/{id}/retry", retry, for: .editor),
            PageRoute(.post, "/imports/{id}/cancel", cancel, for: .editor),
        ]
    }

    /// A file of names beside the files of a reply.
    private static let bodyBytesMax = Import.bytesMax + formBytesMax

    @Sendable private func new(_ visit: Visit) async throws -> Response {
        guard let account = try await renderer.selectedAccount(visit), account.obstacle == nil
        else { return .redirect(to: "/imports") }
        return try await draw(ImportForm(), account, visit)
    }

    @Sendable private func check(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        var form = ImportForm(sent)
        let id = Account.ID(sent.first("account") ?? "")
        let account = try await installation.accounts.find(id, for: visit.principal)
        let edited = try await edit(&form.code.items, by: sent, on: account, visit)
        guard edited.isDone else {
            return try await draw(
                form, account, problem: edited.problem, uploadErrors: edited.uploadErrors, visit)
        }
        do {
            let found = try await installation.imports.check(
                form.bytes, named: form.fileName,
                Import.Settings(
                    draft: form.code.draft(zone: visit.workspace.timeZone),
                    takesSourceFromName: form.takesSourceFromName),
                on: id, by: visit.principal)
            return .redirect(to: found.path)
        } catch Refusal.invalid(let faults) {
            return try await draw(form, account, faults: faults, visit)
        } catch Refusal.conflict(let conflict) {
            let words = Refusal.conflict(conflict).words(renderer.locales, in: visit.language)
            return try await draw(form, account, problem: Notice(.bad, words), visit)
        }
    }

    private func draw(
        _ form: ImportForm, _ account: Account, faults: [FieldFault] = [],
        problem: Notice? = nil, uploadErrors: [String: String] = [:], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let context = try await QRCodeFormContext(
            of: form.code, on: account, uploadErrors: uploadErrors, from: installation,
            for: visit.principal, wording)
        let isRefused = !faults.isEmpty || problem != nil || !uploadErrors.isEmpty
        return try await renderer.page(
            "imports/new", ImportFormView(form, faults: faults, problem: problem, context),
            title: wording("imports.new"), in: visit,
            status: isRefused ? .unprocessableContent : .ok)
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let cursor = visit.cursor(of: Import.sort)
        let account = try await renderer.selectedAccount(visit)
        let page = try await installation.imports.page(
            of: account?.id, after: cursor, for: visit.principal)
        let names = try await installation.members.names(
            of: Set(page.elements.map(\.createdBy)), for: visit.principal)
        let now = installation.clock.now()
        let view = ImportListView(
            account: account?.name,
            newPath: visit.principal.role >= .editor && account.map { $0.obstacle == nil } ?? false
                ? "/imports/new" : nil,
            cannotMake: account.flatMap { Notice(obstacleOf: $0, wording) },
            eventsPath: page.elements.contains { $0.state.isUnderWay } ? "/imports/events" : nil,
            list: page.elements.isEmpty
                ? nil
                : .init(
                    imports: page.elements.map {
                        ImportListView.Row(
                            $0, creator: names[$0.createdBy] ?? $0.createdBy, now: now, wording)
                    }),
            nextPath: page.next.map { PageAddress("/imports").with("cursor", $0.text).text })
        return try await renderer.page(
            "imports/index", view, title: wording("imports.title"), in: visit)
    }

    @Sendable private func show(_ visit: Visit, _ id: Import.ID) async throws -> Response {
        try await show(id, visit, problem: nil)
    }

    private func show(_ id: Import.ID, _ visit: Visit, problem: Notice?) async throws -> Response {
        let found = try await found(id, visit)
        let principal = visit.principal
        let used = try await installation.qrCodes.permanentCount(
            on: found.account, for: principal)
        let view = ImportShowView(
            found,
            account: try await installation.accounts.find(found.account, for: principal).name,
            try await installation.qrCodes.references(
                of: found.settings.draft.reply, on: found.account, withDeleted: true,
                for: principal),
            bad: try await installation.imports.lines(
                of: found.id, .bad, limit: Self.linesShown, for: principal),
            failed: try await installation.imports.lines(
                of: found.id, .failed, limit: Self.linesShown, for: principal),
            good: try await installation.imports.lines(
                of: found.id, found.state == .checked ? .ready : .made, limit: 10,
                for: principal),
            permanentUsed: used, problem: problem, mayEdit: principal.role >= .editor,
            now: installation.clock.now(), renderer.wording(visit))
        return try await renderer.page(
            "imports/show", view, title: found.fileName, in: visit,
            status: problem == nil ? .ok : .conflict)
    }

    @Sendable private func events(_ visit: Visit) async throws -> Response {
        let (imports, principal) = (installation.imports, visit.principal)
        let account = try await renderer.selectedAccount(visit)?.id
        return .progress(for: visit, installation.sessions) {
            () async throws -> [ProgressEvent] in
            try await imports.page(of: account, for: principal).elements.map {
                ProgressEvent(
                    id: $0.id.text, done: $0.made + $0.failed, total: $0.good,
                    isUnderWay: $0.state.isUnderWay)
            }
        }
    }

    /// The lines that no code is made of, with why: to mend them and send them again.
    @Sendable private func badLines(_ visit: Visit, _ id: Import.ID) async throws -> Response {
        let found = try await found(id, visit)
        let wording = renderer.wording(visit)
        let (imports, principal) = (installation.imports, visit.principal)
        return Response(
            .ok,
            fields: [
                "Content-Type": "text/csv; charset=utf-8",
                "Content-Disposition": ContentDisposition.attachment(
                    named: wording("imports.bad-file")),
            ],
            body: .stream(length: nil) { body in
                var rows = CSVText()
                rows.append([
                    wording("imports.line"), wording("qr-codes.name"), wording("imports.reason"),
                ])
                var last = 0
                while true {
                    let lines = try await imports.lines(
                        of: found.id, .bad, after: last, limit: 1000, for: principal)
                    for line in lines {
                        rows.append([
                            String(line.number), line.name, line.fault?.words(wording) ?? "",
                        ])
                    }
                    try await body.write(rows.take())
                    guard let end = lines.last?.number else { return }
                    last = end
                }
            })
    }

    @Sendable private func start(_ visit: Visit, _ id: Import.ID) async throws -> Response {
        try await answer(id, visit) {
            try await installation.imports.start($0, by: visit.principal)
        }
    }

    @Sendable private func retry(_ visit: Visit, _ id: Import.ID) async throws -> Response {
        try await answer(id, visit) {
            try await installation.imports.retry($0, by: visit.principal)
        }
    }

    @Sendable private func cancel(_ visit: Visit, _ id: Import.ID) async throws -> Response {
        try await answer(id, visit) {
            try await installation.imports.cancel($0, by: visit.principal)
        }
    }

    private func answer(
        _ id: Import.ID, _ visit: Visit, _ body: (Import.ID) async throws -> Import
    ) async throws -> Response {
        do {
            let changed = try await body(id)
            return .redirect(to: changed.path)
        } catch Refusal.conflict(let conflict) {
            let words = Refusal.conflict(conflict).words(renderer.locales, in: visit.language)
            return try await show(id, visit, problem: Notice(.warn, words))
        }
    }

    private func found(_ id: Import.ID, _ visit: Visit) async throws -> Import {
        try await installation.imports.find(id, for: visit.principal)
    }
}

extension Import {
    var path: String { "/imports/\(id)" }
}
