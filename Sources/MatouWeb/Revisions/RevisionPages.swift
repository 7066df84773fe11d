import HTTP
import Matou

/// `/qr-codes/{id}/revisions` and the like of forms and accounts, the versions of an object; and
/// `/audit`, who did what in the workspace.
struct RevisionPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/qr-codes/{id}/revisions", ofCode),
            PageRoute(.get, "/forms/{id}/revisions", ofForm),
            PageRoute(.post, "/qr-codes/{id}/restorations", restore, for: .editor),
            PageRoute(.get, "/accounts/{id}/revisions", ofAccount),
            PageRoute(.post, "/accounts/{id}/restorations", restoreAccount, for: .admin),
            PageRoute(.get, "/audit", audit, for: .admin),
        ]
    }

    @Sendable private func ofCode(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let code = try await installation.qrCodes.find(evenDeleted: id, for: visit.principal)
        let address = PageAddress(visit.request, keeping: ["cursor"])
        let page = try await installation.revisions.page(
            of: id, after: visit.cursor(of: Revision.sort), for: visit.principal)
        let mayChange = visit.principal.role >= .editor && code.deletedAt == nil
        let list = try await list(
            page, at: address,
            undo: mayChange ? .init(path: code.path + "/restorations", present: code.version) : nil,
            visit)
        let wording = renderer.wording(visit)
        let codes = Link(path: "/qr-codes", label: wording("qr-codes.title"))
        let view = RevisionListView(
            object: .init(path: code.path, name: code.name), all: codes, list: list)
        return try await renderer.page(
            "revisions/of-object", view, title: wording("revisions.title"), in: visit)
    }

    @Sendable private func ofForm(_ visit: Visit, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await installation.forms.find(evenDeleted: id, for: visit.principal)
        let page = try await installation.revisions.page(
            of: id, after: visit.cursor(of: Revision.sort), for: visit.principal)
        let mayChange = visit.principal.role >= .editor && form.deletedAt == nil
        let list = try await list(
            page, at: PageAddress(visit.request, keeping: ["cursor"]),
            undo: mayChange ? .init(path: form.path + "/restorations", present: form.version) : nil,
            visit)
        let wording = renderer.wording(visit)
        let forms = Link(path: "/forms", label: wording("forms.title"))
        let view = RevisionListView(
            object: .init(path: form.path, name: form.title), all: forms, list: list)
        return try await renderer.page(
            "revisions/of-object", view, title: wording("revisions.title"), in: visit)
    }

    /// Goes back to a version, or brings a deleted code back when none is named.
    @Sendable private func restore(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let wording = renderer.wording(visit)
        let form = try visit.request.form()
        if let version = form.first("version").flatMap(Int.init) {
            let present = form.first("present").flatMap(Int.init)
            return .redirect(
                to: "/qr-codes/\(id)/revisions",
                notice: try await goBack(id, to: version, ifVersion: present, visit))
        }
        let code = try await installation.qrCodes.restore(id, by: visit.principal)
        return .redirect(
            to: code.path,
            notice: Notice(.good, wording("revisions.done.restored", ["name": code.name])))
    }

    /// - Returns: that it is done, or why the code cannot be as it was.
    private func goBack(
        _ id: QRCode.ID, to version: Int, ifVersion present: Int?, _ visit: Visit
    ) async throws -> Notice {
        let wording = renderer.wording(visit)
        let values = ["version": String(version)]
        do {
            _ = try await installation.qrCodes.goBack(
                id, to: version, ifVersion: present, by: visit.principal)
            return Notice(.good, wording("revisions.done.back", values))
        } catch Refusal.invalid(let faults) {
            let reasons = faults.map { $0.reason(wording) }.joined(separator: " ")
            return Notice(.bad, wording("revisions.not-back", values) + " " + reasons)
        }
    }

    @Sendable private func ofAccount(_ visit: Visit, _ id: Account.ID) async throws -> Response {
        let account = try await installation.accounts.find(id, for: visit.principal)
        let page = try await installation.revisions.page(
            of: id, after: visit.cursor(of: Revision.sort), for: visit.principal)
        let list = try await list(
            page, at: PageAddress(visit.request, keeping: ["cursor"]),
            undo: visit.principal.role >= .admin
                ? .init(path: account.path + "/restorations", present: account.version) : nil, visit
        )
        let wording = renderer.wording(visit)
        let view = RevisionListView(
            object: .init(path: account.path, name: account.name),
            all: Link(path: "/accounts", label: wording("accounts.title")), list: list)
        return try await renderer.page(
            "revisions/of-object", view, title: wording("revisions.title"), in: visit)
    }

    @Sendable private func restoreAccount(
        _ visit: Visit, _ id: Account.ID
    ) async throws -> Response {
        let form = try visit.request.form()
        guard let version = form.first("version").flatMap(Int.init) else { throw Refusal.missing }
        let account = try await installation.accounts.goBack(
            id, to: version, ifVersion: form.first("present").flatMap(Int.init), by: visit.principal
        )
        let words = renderer.wording(visit)("revisions.done.back", ["version": String(version)])
        return .redirect(to: account.path + "/revisions", notice: Notice(.good, words))
    }

    @Sendable private func audit(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let query = AuditQuery(visit)
        let page = try await installation.revisions.page(
            query.filter, after: visit.cursor(of: Revision.sort), for: visit.principal)
        let list = try await list(
            page, at: PageAddress(visit.request, keeping: AuditQuery.names + ["cursor"]), undo: nil,
            visit)
        let members = try await installation.members.list(for: visit.principal)
        let view = AuditView(list: list, filters: .init(query, members: members, wording))
        return try await renderer.page(
            "revisions/audit", view, title: wording("revisions.audit"), in: visit)
    }

    private func list(
        _ page: Page<Revision>, at address: PageAddress, undo: RevisionView.UndoPlace?,
        _ visit: Visit
    ) async throws -> RevisionList? {
        guard !page.elements.isEmpty else { return nil }
        let wording = renderer.wording(visit)
        let actors = try await installation.members.names(
            of: Set(page.elements.map(\.actor)), for: visit.principal)
        var names = try await installation.revisions.names(
            of: page.elements.reduce(into: []) { $0.formUnion($1.texts) }, for: visit.principal)
        let conditions = page.elements.compactMap(\.condition)
        if !conditions.isEmpty {
            names.merge(
                try await installation.audiences.names(
                    in: .any(conditions), for: visit.principal)
            ) { first, _ in first }
        }
        return RevisionList(
            revisions: page.elements.map {
                RevisionView(
                    $0, actor: actors[$0.actor] ?? $0.actor, undo: undo, names: names, wording)
            }, pager: Pager(page.next, at: address))
    }
}

extension FieldFault {
    /// What an earlier version has that a code can have no more: an item of its reply, for example.
    fileprivate func reason(_ wording: Wording) -> String {
        let parts = field.split(separator: ".").map(String.init)
        let words = code.words(wording.locales, in: wording.language)
        guard parts.count > 2, parts[0] == "reply", let index = Int(parts[1]) else {
            let key = "revisions.field.\(parts.first ?? "")"
            return (wording.locales.has(key) ? wording(key) : field) + ": " + words
        }
        let lost = "revisions.lost.\(parts[2])"
        return wording(
            "revisions.item",
            [
                "number": String(index + 1),
                "words": code == .unknown && wording.locales.has(lost) ? wording(lost) : words,
            ])
    }
}

extension Revision {
    /// The texts of its snapshots, ids of other objects among them, and what it is called.
    fileprivate var texts: Set<String> {
        var texts: Set<String> = [objectName]
        for json in [before, after].compactMap(\.self) {
            JSON.parse(Array(json.utf8))?.addTexts(to: &texts)
        }
        return texts
    }

    /// That of the audience which it is about.
    fileprivate var condition: AudienceCondition? {
        guard kind == .audience, let after,
            case .object(let members) = JSON.parse(Array(after.utf8))
        else { return nil }
        return members["condition"].flatMap(AudienceCondition.init(json:))
    }
}

extension JSON {
    fileprivate func addTexts(to texts: inout Set<String>) {
        switch self {
        case .string(let text): texts.insert(text)
        case .array(let elements): for element in elements { element.addTexts(to: &texts) }
        case .object(let members): for member in members.values { member.addTexts(to: &texts) }
        default: break
        }
    }
}
