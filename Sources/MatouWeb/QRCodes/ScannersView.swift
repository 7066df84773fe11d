import Matou

/// The list of a code's scanners under its figures, as the template shows it.
struct ScannersView: Sendable {
    let tabs: [Tab]
    let kept: [HiddenField]
    /// What is exported: the list as it is filtered now.
    let exported: [HiddenField]
    let openid: String
    /// What an audience of the people as they are filtered is made from.
    let kind: String
    let list: List?
    let sort: QRCodeListView.Sort
    let empty: EmptyState?

    struct List: Sendable {
        let people: [Person]
        let pager: Pager
    }

    struct Person: Sendable {
        let person: PersonView
        let openid: String
        let kind: Chip
        let unfollowed: Chip?
        let scans: String
        let scannedAt: String
        let scanned: String
        let firstScan: String
        let reply: Chip
        /// The follower tags that this code put on them, and why one is not there.
        let tags: [Chip]
        /// What became of each item of the reply; nil without a reply.
        let items: Items?

        struct Items: Sendable { let list: [Item] }

        struct Item: Sendable {
            /// `2`, or `1–3` for those that fared alike.
            let number: String
            let state: Chip
            let time: String?
            let reason: String?
        }
    }
}

extension ScannersView {
    init(_ page: Page<Scanner>, _ context: QRCodeShowContext) {
        let (counts, wording, filter) = (context.report.counts, context.wording, context.filter)
        let address = context.address.with("cursor", nil)
        func tab(_ group: ScannerFilter.Group, _ count: Int, scans: Int? = nil) -> Tab {
            let people = wording.number(count)
            return Tab(
                path: address.with("kind", group == .all ? nil : group.rawValue).text + "#scanners",
                label: wording("qr-codes.tab.\(group.rawValue)"),
                count: scans.map {
                    wording(
                        "qr-codes.tab.count", ["people": people, "scans": wording.number($0)])
                } ?? people, isCurrent: filter.group == group)
        }
        tabs = [
            tab(.all, counts.scanners, scans: counts.scans),
            tab(.new, counts.newScanners, scans: counts.newScans),
            tab(.existing, counts.existingScanners, scans: counts.existingScans),
            tab(.unfollowed, counts.unfollowed),
        ]
        kept = address.with("openid", nil).fields.map(HiddenField.init)
        exported = address.fields.map(HiddenField.init)
        openid = filter.openid
        kind = filter.group.rawValue
        let isLatest = filter.sort == .latest
        sort = QRCodeListView.Sort(
            path: address.with("sort", isLatest ? "scanned_at" : nil).text + "#scanners",
            direction: isLatest ? "descending" : "ascending")
        let people = page.elements.map {
            Person($0, of: context.code.account, now: context.now, wording)
        }
        list =
            people.isEmpty
            ? nil
            : List(
                people: people,
                pager: Pager(
                    total: Self.total(page, context).map {
                        wording("qr-codes.total.people", ["count": wording.number($0)])
                    } ?? "",
                    sizes: [],
                    firstPath: context.address.hasCursor ? address.text + "#scanners" : nil,
                    nextPath: page.next.map {
                        address.with("cursor", $0.text).text + "#scanners"
                    }))
        empty = people.isEmpty ? Self.empty(filter, context) : nil
    }

    /// How many people the list has in all; nil where that was not counted: a search that goes on.
    private static func total(_ page: Page<Scanner>, _ context: QRCodeShowContext) -> Int? {
        if context.filter.openid.isEmpty {
            return context.report.counts.count(of: context.filter.group)
        }
        let isWhole = page.next == nil && !context.address.hasCursor
        return isWhole ? page.elements.count : nil
    }

    private static func empty(_ filter: ScannerFilter, _ context: QRCodeShowContext) -> EmptyState {
        let wording = context.wording
        if filter.openid.isEmpty, filter.group == .all {
            return EmptyState(
                title: wording("qr-codes.empty.scanners"),
                text: wording("qr-codes.empty.scanners-text"),
                action: context.code.made
                    .flatMap { context.settings.phonePath(scanning: $0.content) }
                    .map { Link(path: $0, label: wording("qr-codes.try-scan")) })
        }
        return EmptyState(
            title: wording("qr-codes.empty.scanners-found"),
            text: wording("qr-codes.empty.scanners-found-text"),
            action: Link(path: context.code.path + "#scanners", label: wording("common.show-all")))
    }
}

extension ScannersView.Person {
    fileprivate init(
        _ scanner: Scanner, of account: Account.ID, now: Timestamp, _ wording: Wording
    ) {
        // WeChat tells no names since 2021: people have those that they gave in a form.
        person = PersonView(
            name: scanner.name, openid: scanner.openid,
            path: Contact.ID(FollowerKey(account: account, openid: scanner.openid)).path)
        openid = scanner.openid
        kind = Chip(
            wording(scanner.isNew ? "qr-codes.kind.new" : "qr-codes.kind.existing"),
            scanner.isNew ? .good : .plain)
        unfollowed =
            scanner.isUnfollowed
            ? Chip(wording("qr-codes.kind.unfollowed"), .bad) : nil
        scans = wording.number(scanner.scans)
        scannedAt = scanner.lastScanAt.rfc3339
        scanned = wording.exact(scanner.lastScanAt)
        firstScan = wording(
            "qr-codes.first-scan", ["date": wording.exact(scanner.firstScanAt)])
        reply = Chip(scanner, wording)
        tags = scanner.followerTags.map { Chip($0, wording) }
        let list = scanner.replyItems.runs { $0.state == $1.state && $0.fault == $1.fault }
            .compactMap { Item($0, wording) }
        items = list.isEmpty ? nil : Items(list: list)
    }
}

extension ScannersView.Person.Item {
    /// - Parameter sends: one or more that fared alike.
    fileprivate init?(_ sends: ArraySlice<ReplySend>, _ wording: Wording) {
        guard let send = sends.first, let last = sends.last else { return nil }
        number = sends.count == 1 ? "\(send.position)" : "\(send.position)–\(last.position)"
        let tone: Chip.Tone =
            switch send.state {
            case .sent: .good
            case .failed: .bad
            case .tooLate, .unknown: .warn
            case .pending, .sending: .plain
            }
        state = Chip(wording("qr-codes.delivery.\(send.state.rawValue)"), tone)
        time = last.finishedAt.map { wording.exact($0) }
        reason =
            send.state == .unknown
            ? wording("qr-codes.reply-status.unknown-hint")
            : send.fault?.explanation(in: wording)
    }
}

extension Array {
    /// Neighbours that are alike, together.
    fileprivate func runs(_ areAlike: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
        var runs: [ArraySlice<Element>] = []
        for index in indices {
            if let first = runs.last?.first, areAlike(first, self[index]) {
                runs[runs.count - 1].append(self[index])
            } else {
                runs.append(self[index...index])
            }
        }
        return runs
    }
}

extension Chip {
    /// What became of the reply to one scan.
    init(_ reply: ReplyStatus, _ wording: Wording) {
        let words =
            switch reply {
            case .sent: "qr-codes.delivery.sent"
            case .partlySent: "qr-codes.reply-status.partly-sent"
            default: "qr-codes.reply-status.\(reply.rawValue)"
            }
        self.init(wording(words), reply.tone)
    }

    fileprivate init(_ scanner: Scanner, _ wording: Wording) {
        let sent = scanner.replyItems.count { $0.state == .sent }
        let values = ["sent": String(sent), "all": String(scanner.replyItems.count)]
        let key = scanner.reply == .partlySent ? "partly" : scanner.reply.rawValue
        self.init(
            wording("qr-codes.reply-status.\(key)", values), scanner.reply.tone,
            hint: scanner.reply == .unknown
                ? wording("qr-codes.reply-status.unknown-hint")
                : scanner.replyItems.compactMap(\.fault).first?
                    .explanation(in: wording))
    }
}

extension ReplyStatus {
    fileprivate var tone: Chip.Tone {
        switch self {
        case .none, .pending: .plain
        case .sent: .good
        case .partlySent, .tooLate, .unknown: .warn
        case .failed: .bad
        }
    }
}

extension CodeCounts {
    /// How many scanners the list of a group has.
    func count(of group: ScannerFilter.Group) -> Int {
        switch group {
        case .all: scanners
        case .new: newScanners
        case .existing: existingScanners
        case .unfollowed: unfollowed
        }
    }
}

extension PageAddress {
    var hasCursor: Bool { fields.contains { $0.name == "cursor" } }
}
