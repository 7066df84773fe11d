import Matou

/// The list of contacts, as its template shows it.
struct ContactListView: Sendable {
    let q: String
    /// Nil where there is one account only.
    let accounts: AccountChoices?
    let tags: [Choice]
    let code: String?
    let narrowed: String?
    let resetPath: String?
    let rows: [Row]
    let hasRows: Bool
    let pager: Pager?
    let empty: EmptyState?

    struct Row: Sendable {
        let person: PersonView
        let keys: String
        let tags: [Chip]
        let hasTags: Bool
        let source: String
        let seen: String
        let isMerged: Chip?
    }

    init(
        _ page: Page<Contact>, _ filter: ContactFilter, accounts: AccountChoices?,
        tags: [ContactTag], narrowed: String?, address: PageAddress, now: Timestamp,
        _ wording: Wording
    ) {
        q = filter.search
        self.accounts = accounts
        self.tags = tags.map {
            Choice($0.id.text, $0.name, isSelected: $0.id == filter.tag)
        }
        code = filter.code?.text
        self.narrowed = narrowed
        let isNarrow = !filter.search.isEmpty || filter.tag != nil || filter.code != nil
        let isFiltered = isNarrow || address["account"] != nil
        resetPath = isFiltered ? "/contacts" : nil
        rows = page.elements.map { contact in
            let title = contact.title
            return Row(
                person: PersonView(contact),
                keys: contact.keys.map(\.readable).filter { $0 != title }.listed.nilIfEmpty ?? "—",
                tags: contact.tags.map { Chip($0.tag.name) }, hasTags: !contact.tags.isEmpty,
                source: contact.source?.name ?? "—",
                seen: contact.seenAt.map { wording.date($0, now: now) } ?? "—",
                isMerged: contact.identities.count > 1
                    ? Chip(
                        wording(
                            "contacts.merged-of", ["count": String(contact.identities.count)]))
                    : nil)
        }
        hasRows = !rows.isEmpty
        pager = Pager(page.next, at: address)
        let everywhere = address.with("cursor", nil).with("account", AccountChoices.all)
        let action =
            filter.account != nil
            ? Link(path: everywhere.text, label: wording("contacts.of-all-accounts"))
            : isFiltered ? Link(path: "/contacts", label: wording("common.show-all")) : nil
        empty =
            hasRows
            ? nil
            : EmptyState(
                title: wording(isFiltered ? "contacts.empty.found" : "contacts.empty.title"),
                text: wording(isFiltered ? "contacts.empty.found-text" : "contacts.empty.text"),
                action: action)
    }
}
