import Matou

/// The list of an account's codes, as its template shows it.
struct QRCodeListView: Sendable {
    let lead: String
    var newPath: String?
    var importPath: String?
    var cannotMake: Notice?
    var undo: BatchUndo?
    var filters: Filters?
    var list: List?
    var empty: EmptyState?

    struct Filters: Sendable {
        let q: String
        let statuses: [Choice]
        let types: [Choice]
        /// Nil where the workspace has one account.
        let accounts: AccountChoices?
        let source: String
        let sources: [String]
        let groups: [Choice]
        let creators: [Choice]
        let from: String
        let to: String
        /// Whether what is behind "more filters" narrows the list.
        let isMoreOpen: Bool
        let sort: String?
        let resetPath: String?
        let columns: [Choice]
        /// Where choosing columns leads back to.
        let returnPath: String
    }

    struct List: Sendable {
        let logos: [Choice]
        let name: Sort
        let heads: [Head]
        let codes: [Row]
        let pager: Pager
        let batch: Batch
    }

    struct Row: Sendable {
        let id: String
        let path: String
        let thumbnailPath: String?
        let name: String
        let place: String
        let cells: [Cell]
        let picturePath: String
        let publicURL: String
        /// The mock's phone with this code; nil without one.
        let tryPath: String?
        let editPath: String?
        let copyPath: String?
        let deletePath: String?
    }

    /// What can be done to the ticked codes, or to all that match.
    struct Batch: Sendable {
        let fields: [HiddenField]
        /// `选中全部 1,204 个符合条件的`; nil when all of them are on this page.
        let all: String?
        /// Names the list's codes for what keeps ticks over its pages.
        let storageKey: String
        let formats: [String]
        /// Nil for who may not change codes.
        let editing: Editing?
    }

    struct Editing: Sendable {
        let groups: [String]
        /// Whether there are codes on the page that WeChat can be asked for again.
        let mayRetry: Bool
    }
}

extension QRCodeListView.Row {
    init(
        _ code: QRCode, _ counts: CodeCounts, columns: [QRCodeColumn], names: [String: String],
        account: String? = nil, settings: SiteSettings, mayEdit: Bool, now: Timestamp,
        _ wording: Wording
    ) {
        let path = code.path
        self.path = path
        id = code.id.text
        thumbnailPath = code.made == nil ? nil : path + "/image?format=svg"
        name = code.name
        place = [account, code.group?.name, code.source].compactMap { $0 }.filter { !$0.isEmpty }
            .joined(separator: " · ")
        cells = columns.map {
            QRCodeListView.Cell($0, of: code, counts, names: names, now: now, wording)
        }
        picturePath = path + "/image"
        publicURL = settings.publicURL(of: code)
        tryPath = code.made.flatMap { settings.phonePath(scanning: $0.content) }
        let isFailed = code.status(at: now) == .creationFailed
        editPath = mayEdit ? path + "/edit" : nil
        copyPath = mayEdit && !isFailed ? "/qr-codes/new?copy=\(code.id)" : nil
        deletePath = mayEdit ? path + "/delete" : nil
    }
}

extension QRCode {
    var path: String { "/qr-codes/\(id)" }

    func statusChip(_ wording: Wording, now: Timestamp) -> Chip {
        guard deletedAt == nil else { return Chip(wording("qr-codes.deleted"), .bad) }
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
        guard case .temporary(let lifetimeSeconds) = kind else {
            return wording("qr-codes.type.permanent")
        }
        guard let end = made?.expiresAt else { return wording("qr-codes.type.temporary") }
        let zone = wording.zone
        let day = wording.day(end.day(in: zone), today: now.day(in: zone))
        // Of a life of hours the day is not enough.
        let isShort = lifetimeSeconds <= 2 * 86_400
        return wording(
            "qr-codes.type.temporary-until",
            ["date": isShort ? "\(day) \(wording.clock(end))" : day])
    }
}

extension SiteSettings {
    func publicURL(of code: QRCode) -> String { "\(publicURL)/c/\(code.slug)" }
}
