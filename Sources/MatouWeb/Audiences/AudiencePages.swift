import HTTP
import Matou

/// `/audiences`: frozen sets of contacts.
struct AudiencePages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    private var audiences: Audiences { installation.audiences }

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/audiences", list),
            PageRoute(.get, "/audiences/new", new, for: .editor),
            PageRoute(.post, "/audiences", create, for: .editor),
            PageRoute(.post, "/audiences/scanners", createFromScanners, for: .editor),
            PageRoute(.get, "/audiences/{id}", show),
            PageRoute(.get, "/audiences/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/audiences/{id}/delete", delete, for: .editor),
        ]
    }

    private struct ListView: Sendable {
        let newPath: String?
        let rows: [Row]
        let hasRows: Bool
        let pager: Pager?
    }

    private struct Row: Sendable {
        let path: String
        let name: String
        let state: Chip
        let members: String
        let created: String
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let page = try await audiences.page(
            after: visit.request.query("cursor").flatMap { Cursor(text: $0, sort: Audience.sort) },
            for: visit.principal)
        let rows = page.elements.map { audience in
            Row(
                path: audience.path, name: audience.name, state: Chip(audience, wording),
                members: wording.number(audience.members),
                created: wording.date(audience.createdAt, now: installation.clock.now()))
        }
        let view = ListView(
            newPath: visit.principal.role >= .editor ? "/audiences/new" : nil, rows: rows,
            hasRows: !rows.isEmpty,
            pager: Pager(page.next, at: PageAddress(visit.request, keeping: ["cursor"])))
        return try await renderer.page(
            "audiences/index", view, title: wording("audiences.title"), in: visit)
    }

    private struct View: Sendable {
        let name: String
        let state: Chip
        let progress: String?
        let members: String
        let frozen: String
        let deletePath: String?
        let rows: [Member]
        let hasRows: Bool
        let pager: Pager?
    }

    private struct Member: Sendable {
        let path: String
        let title: String
        let openid: String
        let keys: String
        let tags: String
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let audience = try await audiences.find(visit.audienceID, for: visit.principal)
        let page = try await audiences.members(
            of: audience.id,
            after: visit.request.query("cursor").flatMap { Cursor(text: $0, sort: "contact_id") },
            for: visit.principal)
        let rows = page.elements.map { contact in
            Member(
                path: contact.path, title: contact.title,
                openid: contact.followers.first?.openid ?? "",
                keys: contact.keys.map(\.value).listed, tags: contact.tags.map(\.tag.name).listed)
        }
        let view = View(
            name: audience.name, state: Chip(audience, wording),
            progress: audience.state == .building
                ? wording(
                    "audiences.progress", ["count": wording.number(audience.examined)]) : nil,
            members: wording("audiences.members", ["count": wording.number(audience.members)]),
            frozen: wording("audiences.frozen", ["date": wording.exact(audience.createdAt)]),
            deletePath: visit.principal.role >= .editor ? audience.path + "/delete" : nil,
            rows: rows, hasRows: !rows.isEmpty,
            pager: Pager(page.next, at: PageAddress(visit.request, keeping: ["cursor"])))
        var response = try await renderer.page(
            "audiences/show", view, title: audience.name, in: visit)
        // Until it is whole, the page looks again by itself.
        if audience.state == .building { response.fields["Refresh"] = "2" }
        return response
    }

    @Sendable private func new(_ visit: Visit) async throws -> Response {
        try await draw(AudienceBuilder(), visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let builder = AudienceBuilder(try visit.request.form())
        do {
            let audience = try await audiences.create(
                named: builder.name, builder.condition(try await names(visit)),
                by: visit.principal)
            return .redirect(to: audience.path)
        } catch Refusal.invalid(let faults) {
            return try await draw(builder, faults: faults, visit)
        }
    }

    /// From the list of a code's scanners as it is filtered.
    @Sendable private func createFromScanners(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let code = try await installation.qrCodes.find(
            QRCode.ID(sent.first("code") ?? ""), for: visit.principal)
        var scan = AudienceCondition.Scan(code: code.id)
        scan.group = sent.first("kind").flatMap(ScannerFilter.Group.init(rawValue:)) ?? .all
        scan.openid = sent.first("openid") ?? ""
        let wording = renderer.wording(visit)
        let suffix = wording("qr-codes.scanners")
        let name = String("\(code.name) \(suffix)".suffix(Audience.nameLimit))
        let audience = try await audiences.create(
            named: name, .scanned(scan), by: visit.principal)
        return .redirect(
            to: audience.path, notice: Notice(.good, wording("audiences.done.made")))
    }

    private func names(_ visit: Visit) async throws -> AudienceNames {
        let account = try await renderer.selectedAccount(visit)
        var followerTags: [FollowerTag] = []
        var codes: [QRCode] = []
        if let account {
            followerTags = try await installation.tags.followerTags(
                of: account.id, for: visit.principal)
            codes = try await installation.qrCodes.page(
                QRCodeFilter(account: account.id), limit: PageLimit.range.upperBound,
                for: visit.principal
            ).codes.elements
        }
        let limit = PageLimit.range.upperBound
        return AudienceNames(
            tags: try await installation.tags.contactTags(limit: limit, for: visit.principal)
                .elements,
            followerTags: followerTags,
            forms: try await installation.forms.page(limit: limit, for: visit.principal).elements,
            codes: codes, zone: visit.workspace.timeZone)
    }

    private struct BuilderView: Sendable {
        let problem: Notice?
        let name: FormField
        let joins: [Choice]
        let groups: [GroupPart]
        let suggestions: [String]
    }

    private struct GroupPart: Sendable {
        let number: Int
        let joins: [Choice]
        let lines: [LinePart]
    }

    private struct LinePart: Sendable {
        let row: Int
        let isNot: Bool
        let kinds: [Choice]
        let value: String
        let from: String
        let to: String
        let error: String?
    }

    private func draw(
        _ builder: AudienceBuilder, faults: [FieldFault] = [], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let errors = FaultTexts(faults, wording)
        let names = try await names(visit)
        func joins(_ all: Bool) -> [Choice] {
            [
                Choice("all", wording("audiences.join.all"), isSelected: all),
                Choice("any", wording("audiences.join.any"), isSelected: !all),
            ]
        }
        let groups = builder.groups.enumerated().map { number, group in
            GroupPart(
                number: number + 1, joins: joins(group.joinsAll),
                lines: group.lines.enumerated().map { row, line in
                    LinePart(
                        row: row, isNot: line.isNot,
                        kinds: AudienceBuilder.Kind.allCases.map {
                            Choice(
                                $0.rawValue, wording("audiences.kind.\($0.rawValue)"),
                                isSelected: $0.rawValue == line.kind)
                        },
                        value: line.value, from: line.from, to: line.to,
                        error: errors["line_\(number + 1)_\(row)"])
                })
        }
        let view = BuilderView(
            problem: errors["condition"].map { _ in
                Notice(.bad, wording("audiences.no-condition"))
            } ?? Notice(faults: faults, wording),
            name: FormField("name", builder.name, errors), joins: joins(builder.joinsAll),
            groups: groups,
            suggestions: names.tags.map(\.name) + names.followerTags.map(\.name)
                + names.forms.map(\.title) + names.codes.map(\.name))
        return try await renderer.page(
            "audiences/new", view, title: wording("audiences.new"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    private struct DeletionView: Sendable {
        let path: String
        let name: String
        let question: String
    }

    @Sendable private func confirmDeletion(_ visit: Visit) async throws -> Response {
        let audience = try await audiences.find(visit.audienceID, for: visit.principal)
        let question = renderer.wording(visit)(
            "audiences.delete.question", ["name": audience.name])
        return try await renderer.page(
            "audiences/delete",
            DeletionView(path: audience.path, name: audience.name, question: question),
            title: question, in: visit)
    }

    @Sendable private func delete(_ visit: Visit) async throws -> Response {
        try await audiences.delete(visit.audienceID, by: visit.principal)
        return .redirect(
            to: "/audiences",
            notice: Notice(.good, renderer.wording(visit)("audiences.done.deleted")))
    }
}

extension Visit {
    fileprivate var audienceID: Audience.ID { Audience.ID(request.parameter("id")) }
}

extension Audience {
    var path: String { "/audiences/\(id)" }
}

extension Chip {
    fileprivate init(_ audience: Audience, _ wording: Wording) {
        let isReady = audience.state == .ready
        self.init(wording("audiences.state.\(audience.state.rawValue)"), isReady ? .good : .wait)
    }
}
