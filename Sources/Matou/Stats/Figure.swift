import SQL

/// A figure of domain.md that can be opened to the rows that make it.
package enum Metric: String, Sendable, CaseIterable {
    case scans, scanners
    case newScanners = "new_scanners"
    case existingScanners = "existing_scanners"
    case newFollowers = "new_followers"
    case unfollowed
    case repliesSent = "replies_sent"
    case repliesReceived = "replies_received"
    case repliesFailed = "replies_failed"
    case repliesTooLate = "replies_too_late"
    case repliesUnknown = "replies_unknown"

    /// Whether the figure is kept by day.
    package var isDaily: Bool { self != .repliesReceived }

    /// Whether its rows are reply items that did not arrive.
    package var isOfLostReplies: Bool {
        switch self {
        case .repliesFailed, .repliesTooLate, .repliesUnknown: true
        default: false
        }
    }

    /// The figure of the reply items that ended in a state; nil for states that are not final.
    package init?(repliesThat state: ReplySend.State) {
        switch state {
        case .pending, .sending: return nil
        case .sent: self = .repliesSent
        case .failed: self = .repliesFailed
        case .tooLate: self = .repliesTooLate
        case .unknown: self = .repliesUnknown
        }
    }
}

extension CodeCounts {
    package subscript(_ metric: Metric) -> Int {
        switch metric {
        case .scans: scans
        case .scanners: scanners
        case .newScanners: newScanners
        case .existingScanners: existingScanners
        case .newFollowers: newFollowers
        case .unfollowed: unfollowed
        case .repliesSent: repliesSent
        case .repliesReceived: repliesReceived
        case .repliesFailed: repliesFailed
        case .repliesTooLate: repliesTooLate
        case .repliesUnknown: repliesUnknown
        }
    }
}

/// Which figure of a code or an account: of all its time, or of some days.
package struct FigureFilter: Sendable, Equatable {
    package let metric: Metric
    package let days: ClosedRange<Day>?

    /// The figure of all time.
    package init(_ metric: Metric) {
        self.metric = metric
        days = nil
    }

    /// - Throws: `Refusal.invalid` for days of a figure that has none, and for a range that ends
    ///   before it begins. A range with one end left out is of that day.
    package init(_ metric: Metric, from first: Day?, to last: Day? = nil) throws(Refusal) {
        self.metric = metric
        guard let start = first ?? last, let end = last ?? first else {
            days = nil
            return
        }
        guard metric.isDaily else { throw .invalid("from", .notWith(metric.rawValue)) }
        var faults = FieldFaults()
        faults.range("to", from: start, to: end)
        try faults.check()
        days = start...end
    }
}

/// One of the rows that make a figure.
package struct FigureRow: Sendable, Equatable {
    /// Who counts.
    package let openid: String
    /// What their contact is called, once they said it in a form.
    package internal(set) var name: String?
    /// The moment that makes them count: of the scan, of the first scan, of the first follow, of the
    /// unfollow, of WeChat's acceptance, of the failure. For `replies_received` that of the latest scan.
    package let at: Timestamp
    /// `subscribe` or `scan` where the row is a scan, or begins with one.
    package let kind: Fact.Kind?
    /// For scans: whether the code acted.
    package let codeState: Fact.CodeState?
    /// For scans: what became of the reply to this one.
    package internal(set) var reply: ReplyStatus?
    /// For reply items that did not arrive: why.
    package let fault: WeChatFault?
    /// Where the row stands in the list: the time and the number or the name that it is sorted by.
    let sortedAt: Timestamp
    let sortID: String
}

/// A figure, and a page of its rows, read from one state of the store.
package struct FigurePage: Sendable {
    package let figure: Int
    package let rows: Page<FigureRow>

    /// The order of the rows: the latest first.
    package static let sort = "-at"
}

/// A code's part in a figure of its account.
package struct CodeShare: Sendable, Equatable {
    package let code: QRCode.ID
    package let name: String
    package let isDeleted: Bool
    package let figure: Int
}

extension Stats {
    /// The rows that make a figure of a code, deleted codes as well: as many as the figure says.
    ///
    /// - Throws: `Refusal.missing`.
    package func figure(
        _ filter: FigureFilter, of code: QRCode.ID, after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> FigurePage {
        try await database.read { connection in
            let found = try connection.qrCode(evenDeleted: code, in: principal.workspace)
            guard let found else { throw Refusal.missing }
            var rows = try connection.figureRows(
                filter, of: code, after: cursor, limit: limit + 1, in: principal.workspace)
            let names = try connection.contactNames(
                of: rows.map(\.openid), on: found.account, in: principal.workspace)
            for index in rows.indices { rows[index].name = names[rows[index].openid] }
            return FigurePage(
                figure: try connection.figure(filter, of: code, in: principal.workspace),
                rows: Page(rows, limit: limit) {
                    Cursor(
                        sort: FigurePage.sort, at: $0.sortedAt,
                        id: $0.sortID)
                })
        }
    }

    /// The codes that make a figure of an account, the largest part first, deleted ones as well:
    /// their parts add up to it.
    ///
    /// - Throws: `Refusal.missing`.
    package func shares(
        of filter: FigureFilter, on account: Account.ID, after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> (figure: Int, shares: Page<CodeShare>) {
        try await database.read { connection in
            guard try connection.account(account, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            let shares = try connection.codeShares(
                of: filter, on: account, after: cursor, limit: limit + 1,
                in: principal.workspace)
            let page = Page(shares, limit: limit) {
                Cursor(sort: filter.metric.rawValue, key: String($0.figure), id: $0.code.text)
            }
            return (try connection.figure(filter, of: account, in: principal.workspace), page)
        }
    }
}
