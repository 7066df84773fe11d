import Matou

/// The list of an account's codes, as its template shows it.
struct QRCodeListView: Sendable {
    let lead: String
    let newPath: String?
    let cannotMake: Notice?
    let filters: Filters?
    let list: List?
    let sort: Sorts
    let empty: EmptyState?

    struct Filters: Sendable {
        let q: String
        let statuses: [Choice]
        let types: [Choice]
        let groups: [Choice]
        let sort: String?
        let resetPath: String?
    }

    struct List: Sendable {
        let codes: [Row]
        let pager: Pager
    }

    struct Row: Sendable {
        let id: String
        let path: String
        let thumbnailPath: String?
        let name: String
        let place: String
        let type: String
        let status: Chip
        let scans: String
        let scanners: String
        let newFollowers: String
        let unfollowed: String
        let repliesSent: String
        let created: String
        let creator: String
        let picturePath: String
        let publicURL: String
        let downloadPath: String
        let editPath: String?
        let copyPath: String?
        let deletePath: String?
    }

    struct Sort: Sendable {
        let path: String
        /// What `aria-sort` says; nil when the list is not sorted by this column.
        let direction: String?
    }

    struct Sorts: Sendable {
        let name: Sort
        let scans: Sort
        let scanners: Sort
        let new_followers: Sort
        let unfollowed: Sort
        let replies_sent: Sort
        let created_at: Sort
    }
}

extension QRCodeListView.Sorts {
    init(_ current: QRCodeFilter.Sort, at address: PageAddress) {
        func sort(_ column: String, largestFirst: Bool = true) -> QRCodeListView.Sort {
            let isDescending = current.rawValue == "-" + column
            let isAscending = current.rawValue == column
            let next =
                if isDescending { column } else if isAscending { "-" + column } else {
                    largestFirst ? "-" + column : column
                }
            return QRCodeListView.Sort(
                path: address.with("sort", next).with("cursor", nil).text,
                direction: isDescending ? "descending" : isAscending ? "ascending" : nil)
        }
        name = sort("name", largestFirst: false)
        scans = sort("scans")
        scanners = sort("scanners")
        new_followers = sort("new_followers")
        unfollowed = sort("unfollowed")
        replies_sent = sort("replies_sent")
        created_at = sort("created_at")
    }
}

extension QRCodeListView.Row {
    init(
        _ code: QRCode, _ counts: CodeCounts, creator: String, settings: SiteSettings,
        mayEdit: Bool, now: Timestamp, _ wording: Wording
    ) {
        let path = code.path
        self.path = path
        id = code.id.text
        thumbnailPath = code.made == nil ? nil : path + "/image?format=svg"
        name = code.name
        place = [code.group?.name, code.source].compactMap { $0 }.filter { !$0.isEmpty }
            .joined(separator: " · ")
        type = code.typeText(wording, now: now)
        status = code.statusChip(wording, now: now)
        scans = wording.number(counts.scans)
        scanners = wording.number(counts.scanners)
        newFollowers = wording.number(counts.newFollowers)
        unfollowed = wording.number(counts.unfollowed)
        repliesSent = wording.number(counts.repliesSent)
        created = wording.date(code.createdAt, now: now)
        self.creator = wording("qr-codes.created-by", ["name": creator])
        picturePath = path + "/image?format=svg"
        publicURL = settings.publicURL(of: code)
        downloadPath = path + "/image?size=430&download=1"
        let isFailed = code.status(at: now) == .creationFailed
        editPath = mayEdit ? path + "/edit" : nil
        copyPath = mayEdit && !isFailed ? "/qr-codes/new?copy=\(code.id)" : nil
        deletePath = mayEdit ? path + "/delete" : nil
    }
}

extension QRCode {
    var path: String { "/qr-codes/\(id)" }

    func statusChip(_ wording: Wording, now: Timestamp) -> Chip {
        let status = status(at: now)
        let tone: Chip.Tone =
            switch status {
            case .inEffect: .good
            case .notInEffect: .wait
            case .expired: .warn
            case .creationFailed: .bad
            }
        return Chip(
            wording("qr-codes.status.\(status.rawValue)"), tone,
            hint: wording("qr-codes.status.\(status.rawValue)-hint"))
    }

    func typeText(_ wording: Wording, now: Timestamp) -> String {
        guard case .temporary = kind else { return wording("qr-codes.type.permanent") }
        guard let end = made?.expiresAt else { return wording("qr-codes.type.temporary") }
        let zone = wording.zone
        return wording(
            "qr-codes.type.temporary-until",
            ["date": wording.day(end.day(in: zone), today: now.day(in: zone))])
    }
}

extension SiteSettings {
    func publicURL(of code: QRCode) -> String { "\(publicURL)/c/\(code.slug)" }
}
