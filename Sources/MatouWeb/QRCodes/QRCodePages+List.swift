import HTTP
import Matou
import Sheets

extension QRCodePages {
    @Sendable func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        guard let account = try await renderer.selectedAccount(visit) else {
            return try await render(emptyWithoutAccount(visit, wording), visit, wording)
        }
        let query = QRCodeQuery(visit.request.queryItems, on: account.id, visit)
        let page = try await installation.qrCodes.page(
            query.filter, at: query.place, limit: query.limit, for: visit.principal)
        let creators = try await installation.qrCodes.creators(
            of: account.id, for: visit.principal)
        let people = page.codes.elements.flatMap { [$0.createdBy, $0.updatedBy] } + creators
        let listing = Listing(
            account: account, query: query, page: page,
            accounts: try await installation.accounts.list(for: visit.principal),
            logos: try await installation.logos.list(for: visit.principal),
            sources: try await installation.qrCodes.sources(of: account.id, for: visit.principal),
            groups: try await installation.groups.list(.qrCode, for: visit.principal),
            creators: creators,
            names: try await installation.members.names(of: Set(people), for: visit.principal),
            columns: QRCodeColumn.chosen(
                try await installation.listColumns.choice(
                    of: QRCodeColumn.list, for: visit.principal)))
        return try await render(view(of: listing, visit, wording), visit, wording)
    }

    @Sendable func chooseColumns(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        let known = Set(QRCodeColumn.allCases.map(\.rawValue))
        try await installation.listColumns.choose(
            form.all("column").filter(known.contains), of: QRCodeColumn.list,
            for: visit.principal)
        return .redirect(to: LocalPath(form.first("return_to"))?.text ?? "/qr-codes")
    }

    /// What a page of the list is drawn from.
    private struct Listing {
        let account: Account
        let query: QRCodeQuery
        let page: QRCodePage
        let accounts: [Account]
        let logos: [UploadedLogo]
        let sources: [String]
        let groups: [CodeGroup]
        let creators: [String]
        let names: [String: String]
        let columns: [QRCodeColumn]
    }

    private func render(
        _ view: QRCodeListView, _ visit: Visit, _ wording: Wording
    ) async throws -> Response {
        try await renderer.page("qr-codes/index", view, title: wording("qr-codes.title"), in: visit)
    }

    private func view(
        of listing: Listing, _ visit: Visit, _ wording: Wording
    ) -> QRCodeListView {
        let canMake = visit.principal.role >= .editor && listing.account.obstacle == nil
        let isEmpty = listing.page.codes.elements.isEmpty
        let isNarrow =
            listing.query.filter.isNarrow
            || listing.query.filter.account != listing.account.id
        return QRCodeListView(
            lead: wording("qr-codes.lead", ["account": listing.account.name]),
            newPath: canMake ? "/qr-codes/new" : nil,
            importPath: canMake ? "/imports/new" : nil,
            cannotMake: Notice(obstacleOf: listing.account, wording),
            undo: visit.principal.role >= .editor
                ? BatchUndo(visit.request, returnTo: listing.query.address, wording) : nil,
            filters: isEmpty && !isNarrow ? nil : filters(listing, visit, wording),
            list: isEmpty ? nil : list(listing, visit, wording),
            empty: isEmpty ? empty(listing, canMake: canMake, wording) : nil)
    }

    private func list(
        _ listing: Listing, _ visit: Visit, _ wording: Wording
    ) -> QRCodeListView.List {
        let mayEdit = visit.principal.role >= .editor
        let now = installation.clock.now()
        let query = listing.query
        let rows = listing.page.codes.elements.map { code in
            QRCodeListView.Row(
                code, listing.page.counts[code.id] ?? CodeCounts(), columns: listing.columns,
                names: listing.names,
                account: code.account == listing.account.id
                    ? nil : listing.accounts.first { $0.id == code.account }?.name,
                settings: settings, mayEdit: mayEdit, now: now, wording)
        }
        let total = listing.page.total
        return QRCodeListView.List(
            logos: logos(listing.logos, own: "qr-codes.picture.own-looks", wording),
            name: QRCodeListView.Sort("name", largestFirst: false, in: query),
            heads: listing.columns.map { QRCodeListView.Head($0, in: query, wording) },
            codes: rows, pager: pager(listing, wording),
            batch: QRCodeListView.Batch(
                fields: [
                    HiddenField(name: "account", value: listing.account.id.text),
                    HiddenField(name: "filter", value: query.filterText),
                    HiddenField(name: "return_to", value: query.address.text),
                ],
                all: total > rows.count
                    ? wording("qr-codes.select-all", ["count": wording.number(total)]) : nil,
                storageKey: "\(listing.account.id)?\(query.filterText)",
                formats: ExportFormat.allCases.map { $0.rawValue.uppercased() },
                editing: mayEdit
                    ? .init(
                        groups: listing.groups.map(\.name),
                        mayRetry: listing.page.codes.elements.contains {
                            $0.status(at: now) == .creationFailed
                        }) : nil))
    }

    private func filters(
        _ listing: Listing, _ visit: Visit, _ wording: Wording
    ) -> QRCodeListView.Filters {
        let (query, filter) = (listing.query, listing.query.filter)
        let ungrouped = Choice(
            QRCodeQuery.ungrouped, wording("qr-codes.ungrouped"),
            isSelected: filter.group == .ungrouped)
        let me = Choice(
            QRCodeQuery.me, wording("qr-codes.created-by-me"),
            isSelected: query.creator == QRCodeQuery.me)
        let others = listing.creators.filter { $0 != visit.principal.actor }
            .map { (id: $0, name: listing.names[$0] ?? $0) }.sorted { $0.name < $1.name }
        return QRCodeListView.Filters(
            q: filter.name,
            statuses: QRCode.Status.allCases.map {
                Choice(
                    $0.rawValue, wording("qr-codes.status.\($0.rawValue)"),
                    isSelected: filter.status == $0)
            },
            types: QRCode.Kind.Name.allCases.map {
                Choice(
                    $0.rawValue, wording("qr-codes.type.\($0.rawValue)"),
                    isSelected: filter.kind == $0)
            },
            accounts: AccountChoices(
                listing.accounts, own: listing.account.id, chosen: filter.account, wording),
            source: filter.source ?? "", sources: listing.sources,
            groups: [ungrouped]
                + listing.groups.map {
                    Choice($0.id.text, $0.name, isSelected: filter.group == .group($0.id))
                },
            creators: [me]
                + others.map { Choice($0.id, $0.name, isSelected: query.creator == $0.id) },
            from: query.dates.from, to: query.dates.to,
            isMoreOpen: filter.source != nil || filter.creator != nil || filter.createdFrom != nil
                || filter.createdBefore != nil,
            sort: filter.sort == .newest ? nil : filter.sort.rawValue,
            resetPath: filter.isNarrow || filter.account != listing.account.id
                ? "/qr-codes" : nil,
            columns: QRCodeColumn.allCases.map {
                Choice(
                    $0.rawValue, $0.label(wording), isSelected: listing.columns.contains($0))
            },
            returnPath: query.address.text)
    }

    private func pager(_ listing: Listing, _ wording: Wording) -> Pager {
        let (address, codes) = (listing.query.firstPage, listing.page.codes)
        return Pager(
            total: wording("qr-codes.total", ["count": wording.number(listing.page.total)]),
            sizes: QRCodeQuery.sizes.map {
                Tab(
                    path: address.with("limit", String($0)).text, label: String($0), count: "",
                    isCurrent: $0 == listing.query.limit)
            },
            firstPath: codes.previous == nil ? nil : address.text,
            previousPath: codes.previous.map { address.with("before", $0.text).text },
            nextPath: codes.next.map { address.with("cursor", $0.text).text })
    }

    private func empty(_ listing: Listing, canMake: Bool, _ wording: Wording) -> EmptyState {
        if listing.query.filter.isNarrow || listing.query.place != .first {
            return EmptyState(
                title: wording("qr-codes.empty.found"), text: wording("qr-codes.empty.found-text"),
                action: Link(path: "/qr-codes", label: wording("common.reset")))
        }
        return EmptyState(
            title: wording("qr-codes.empty.title"), text: wording("qr-codes.empty.text"),
            action: canMake
                ? Link(path: "/qr-codes/new", label: wording("qr-codes.new"))
                : Notice(obstacleOf: listing.account, wording)?.action)
    }

    private func emptyWithoutAccount(_ visit: Visit, _ wording: Wording) -> QRCodeListView {
        QRCodeListView(
            lead: "",
            empty: EmptyState(
                title: wording("qr-codes.empty.no-account"),
                text: wording("qr-codes.empty.no-account-text"),
                action: visit.principal.role >= .admin
                    ? Link(path: "/accounts/new", label: wording("common.connect-account")) : nil))
    }
}
