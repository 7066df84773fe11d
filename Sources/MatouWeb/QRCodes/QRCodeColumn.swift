import Matou

/// A column of the list of codes that a person may hide. The name stands always.
enum QRCodeColumn: String, CaseIterable, Sendable {
    case type, status, group, source, scans, scanners
    case newFollowers = "new_followers"
    case unfollowed
    case repliesSent = "replies_sent"
    case created, creator, updated

    static let list = "qr-codes"
    static let standard: [QRCodeColumn] = [
        .type, .status, .scans, .scanners, .newFollowers, .unfollowed, .repliesSent, .created,
    ]

    /// The columns that were chosen, in their own order.
    static func chosen(_ names: [String]?) -> [QRCodeColumn] {
        guard let names else { return standard }
        return allCases.filter { names.contains($0.rawValue) }
    }

    var isFigure: Bool {
        switch self {
        case .scans, .scanners, .newFollowers, .unfollowed, .repliesSent: true
        default: false
        }
    }

    /// What the list is sorted by at this column; nil for one that it is not.
    var sort: String? {
        if isFigure { return rawValue }
        return self == .created ? "created_at" : nil
    }

    func label(_ wording: Wording) -> String {
        let figure = rawValue.replacing("_", with: "-")
        return wording(isFigure ? "metric.\(figure)" : "qr-codes.column.\(rawValue)")
    }

    func definition(_ wording: Wording) -> String? {
        isFigure ? wording("metric.\(rawValue.replacing("_", with: "-")).definition") : nil
    }
}

extension QRCodeListView {
    struct Head: Sendable {
        let label: String
        let isFigure: Bool
        let sort: Sort?
        let definition: String?
    }

    struct Cell: Sendable {
        let label: String
        let isFigure: Bool
        /// A day and hour, which stays on one line.
        let isTime: Bool
        let chip: Chip?
        let text: String
        let hint: String?
        /// The rows that make a figure.
        let path: String?
    }

    struct Sort: Sendable {
        let path: String
        /// What `aria-sort` says; nil when the list is not sorted by this column.
        let direction: String?
    }
}

extension QRCodeListView.Sort {
    init(_ column: String, largestFirst: Bool = true, in query: QRCodeQuery) {
        let current = query.filter.sort.rawValue
        let isDescending = current == "-" + column
        let isAscending = current == column
        let next =
            if isDescending { column } else if isAscending { "-" + column } else {
                largestFirst ? "-" + column : column
            }
        path = query.firstPage.with("sort", next).text
        direction = isDescending ? "descending" : isAscending ? "ascending" : nil
    }
}

extension QRCodeListView.Head {
    init(_ column: QRCodeColumn, in query: QRCodeQuery, _ wording: Wording) {
        label = column.label(wording)
        isFigure = column.isFigure
        sort = column.sort.map { QRCodeListView.Sort($0, in: query) }
        definition = column.definition(wording)
    }
}

extension QRCodeListView.Cell {
    init(
        _ column: QRCodeColumn, of code: QRCode, _ counts: CodeCounts, names: [String: String],
        now: Timestamp, _ wording: Wording
    ) {
        label = column.label(wording)
        isFigure = column.isFigure
        isTime = column == .created || column == .updated
        path = column.isFigure ? "\(code.path)/figures/\(column.rawValue)" : nil
        chip = column == .status ? code.statusChip(wording, now: now) : nil
        let name = { (actor: String) in names[actor] ?? actor }
        switch column {
        case .status: (text, hint) = ("", nil)
        case .type: (text, hint) = (code.typeText(wording, now: now), nil)
        case .group: (text, hint) = (code.group?.name ?? "", nil)
        case .source: (text, hint) = (code.source, nil)
        case .scans: (text, hint) = (wording.number(counts.scans), nil)
        case .scanners: (text, hint) = (wording.number(counts.scanners), nil)
        case .newFollowers: (text, hint) = (wording.number(counts.newFollowers), nil)
        case .unfollowed: (text, hint) = (wording.number(counts.unfollowed), nil)
        case .repliesSent: (text, hint) = (wording.number(counts.repliesSent), nil)
        case .created:
            text = wording.date(code.createdAt, now: now)
            hint = wording("qr-codes.created-by", ["name": name(code.createdBy)])
        case .creator: (text, hint) = (name(code.createdBy), nil)
        case .updated:
            text = wording.date(code.updatedAt, now: now)
            hint = wording("qr-codes.updated-by", ["name": name(code.updatedBy)])
        }
    }
}
