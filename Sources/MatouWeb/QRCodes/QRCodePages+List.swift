import HTTP
import Matou

extension QRCodePages {
    private static let sizes = [20, 50, 100]

    @Sendable func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        guard let account = try await renderer.selectedAccount(visit) else {
            return try await render(emptyWithoutAccount(visit, wording), visit, wording)
        }
        var filter = QRCodeFilter(account: account.id)
        let request = visit.request
        filter.name = request.query("q")?.trimmingWhitespace() ?? ""
        filter.status = request.query("status").flatMap(QRCode.Status.init(rawValue:))
        filter.kind = request.query("type").flatMap { QRCode.Kind.names.contains($0) ? $0 : nil }
        filter.group = request.query("group").flatMap { $0.isEmpty ? nil : CodeGroup.ID($0) }
        filter.sort = request.query("sort").flatMap(QRCodeFilter.Sort.init(rawValue:)) ?? .newest
        let limit =
            request.query("limit").flatMap(Int.init)
            .flatMap { Self.sizes.contains($0) ? $0 : nil } ?? Self.sizes[0]
        let page = try await installation.qrCodes.page(
            filter,
            after: request.query("cursor").flatMap { Cursor(text: $0, sort: filter.sort.rawValue) },
            limit: limit,
            for: visit.principal)
        let listing = Listing(
            account: account, filter: filter, limit: limit, page: page,
            groups: try await installation.groups.list(.qrCode, for: visit.principal),
            names: try await installation.members.names(
                of: Set(page.codes.elements.map(\.createdBy)), for: visit.principal),
            address: PageAddress(
                request, keeping: ["q", "status", "type", "group", "sort", "limit", "cursor"]))
        return try await render(view(of: listing, visit, wording), visit, wording)
    }

    /// What a page of the list is drawn from.
    private struct Listing {
        let account: Account
        let filter: QRCodeFilter
        let limit: Int
        let page: QRCodePage
        let groups: [CodeGroup]
        let names: [String: String]
        let address: PageAddress

        var isFiltered: Bool {
            !filter.name.isEmpty || filter.status != nil || filter.kind != nil
                || filter.group != nil
        }
    }

    private func render(
        _ view: QRCodeListView, _ visit: Visit, _ wording: Wording
    ) async throws -> Response {
        try await renderer.page("qr-codes/index", view, title: wording("qr-codes.title"), in: visit)
    }

    private func view(
        of listing: Listing, _ visit: Visit, _ wording: Wording
    ) -> QRCodeListView {
        let mayEdit = visit.principal.role >= .editor
        let canMake = mayEdit && listing.account.obstacle == nil
        let now = installation.clock.now()
        let rows = listing.page.codes.elements.map { code in
            QRCodeListView.Row(
                code, listing.page.counts[code.id] ?? CodeCounts(),
                creator: listing.names[code.createdBy] ?? code.createdBy, settings: settings,
                mayEdit: mayEdit, now: now, wording)
        }
        let hasList = !rows.isEmpty
        return QRCodeListView(
            lead: wording("qr-codes.lead", ["account": listing.account.name]),
            newPath: canMake ? "/qr-codes/new" : nil,
            cannotMake: obstacleNotice(listing.account, visit, wording),
            filters: hasList || listing.isFiltered ? filters(listing, wording) : nil,
            list: hasList ? .init(codes: rows, pager: pager(listing, wording)) : nil,
            sort: QRCodeListView.Sorts(
                listing.filter.sort, at: listing.address.with("cursor", nil)),
            empty: hasList ? nil : empty(listing, canMake: canMake, wording))
    }

    private func filters(_ listing: Listing, _ wording: Wording) -> QRCodeListView.Filters {
        let filter = listing.filter
        return QRCodeListView.Filters(
            q: filter.name,
            statuses: QRCode.Status.allCases.map {
                Choice(
                    $0.rawValue, wording("qr-codes.status.\($0.rawValue)"),
                    isSelected: filter.status == $0)
            },
            types: QRCode.Kind.names.map {
                Choice($0, wording("qr-codes.type.\($0)"), isSelected: filter.kind == $0)
            },
            groups: listing.groups.map {
                Choice($0.id.text, $0.name, isSelected: filter.group == $0.id)
            },
            sort: filter.sort == .newest ? nil : filter.sort.rawValue,
            resetPath: listing.isFiltered ? "/qr-codes" : nil)
    }

    private func pager(_ listing: Listing, _ wording: Wording) -> Pager {
        let address = listing.address.with("cursor", nil)
        return Pager(
            total: wording(
                "qr-codes.total", ["count": wording.number(listing.page.total)]),
            sizes: Self.sizes.map {
                Tab(
                    path: address.with("limit", String($0)).text, label: String($0), count: "",
                    isCurrent: $0 == listing.limit)
            },
            firstPath: listing.address.hasCursor ? address.text : nil,
            nextPath: listing.page.codes.next.map { address.with("cursor", $0.text).text })
    }

    private func empty(_ listing: Listing, canMake: Bool, _ wording: Wording) -> EmptyState {
        if listing.isFiltered || listing.address.hasCursor {
            return EmptyState(
                title: wording("qr-codes.empty.found"), text: wording("qr-codes.empty.found-text"),
                action: Link(path: "/qr-codes", label: wording("common.reset")))
        }
        return EmptyState(
            title: wording("qr-codes.empty.title"), text: wording("qr-codes.empty.text"),
            action: canMake ? Link(path: "/qr-codes/new", label: wording("qr-codes.new")) : nil)
    }

    private func emptyWithoutAccount(_ visit: Visit, _ wording: Wording) -> QRCodeListView {
        QRCodeListView(
            lead: "", newPath: nil, cannotMake: nil, filters: nil, list: nil,
            sort: QRCodeListView.Sorts(.newest, at: PageAddress("/qr-codes")),
            empty: EmptyState(
                title: wording("qr-codes.empty.no-account"),
                text: wording("qr-codes.empty.no-account-text"),
                action: visit.principal.role >= .admin
                    ? Link(path: "/accounts/new", label: wording("common.connect-account")) : nil))
    }

    /// Why no code can be made on the account, and where to mend it; nil when one can.
    func obstacleNotice(_ account: Account, _ visit: Visit, _ wording: Wording) -> Notice? {
        let key =
            switch account.obstacle {
            case nil: nil as String?
            case .accountNotVerified: "unverified"
            default: "unauthorized"
            }
        guard let key else { return nil }
        return Notice(
            .warn, wording("qr-codes.cannot.\(key)", ["account": account.name]),
            detail: account.health.apiFault?.explanation(in: wording.language),
            action: Link(path: "/accounts/\(account.id)", label: wording("qr-codes.cannot.fix")))
    }
}
