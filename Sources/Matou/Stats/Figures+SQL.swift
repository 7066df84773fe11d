import Foundation
import SQL

extension Connection {
    /// The figure itself, from the sums and never from the journal.
    func figure(
        _ filter: FigureFilter, of code: QRCode.ID, in workspace: Workspace.ID
    ) throws -> Int {
        guard let days = filter.days else {
            return try counts(of: [code], in: workspace)[code]?[filter.metric] ?? 0
        }
        return try self.days(
            of: code, from: days.lowerBound, through: days.upperBound, in: workspace
        ).map { $0.counts[filter.metric] }.reduce(0, +)
    }

    /// The same of an account, whose codes' figures it sums.
    func figure(
        _ filter: FigureFilter, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> Int {
        guard let days = filter.days else {
            return try totals(of: account, in: workspace)[filter.metric]
        }
        return try self.days(
            of: account, from: days.lowerBound, through: days.upperBound, in: workspace
        ).map { $0.counts[filter.metric] }.reduce(0, +)
    }

    /// The rows of the figure, the latest first.
    func figureRows(
        _ filter: FigureFilter, of code: QRCode.ID, after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws -> [FigureRow] {
        let place = FigurePlace(
            code: code, workspace: workspace, days: filter.days, key: try cursor?.number ?? .max,
            id: cursor?.id ?? "")
        let rows: Statement =
            switch filter.metric {
            case .scans: place.facts(["subscribe", "scan"])
            case .repliesSent: place.facts(["reply_sent"])
            case .repliesFailed: place.lostReplies("reply_failed")
            case .repliesTooLate: place.lostReplies("reply_too_late")
            case .repliesUnknown: place.lostReplies("reply_unknown")
            case .newFollowers: place.newFollowers
            case .scanners, .newScanners, .existingScanners:
                filter.days == nil
                    ? place.people(filter.metric) : place.peopleOfDays(filter.metric)
            case .repliesReceived: place.people(filter.metric)
            case .unfollowed: place.unfollowed
            }
        let found = try self.rows("\(fragment: rows) LIMIT \(limit)").map { row in
            try FigureRow(
                row,
                fault: filter.metric.isOfLostReplies
                    ? WeChatFault(json: try row.optional("payload")) : nil)
        }
        return filter.metric == .scans ? try sayingReplies(found, in: workspace) : found
    }

    /// Rows that are scans with what became of the reply to each.
    private func sayingReplies(
        _ scans: [FigureRow], in workspace: Workspace.ID
    ) throws -> [FigureRow] {
        let outcomes = try replyOutcomes(
            of: scans.compactMap { Int64($0.sortID) }, in: workspace)
        return scans.map { row in
            var row = row
            row.reply = (Int64(row.sortID).flatMap { outcomes[$0] } ?? .none).status
            return row
        }
    }

    func codeShares(
        of filter: FigureFilter, on account: Account.ID, after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws -> [CodeShare] {
        let metric = filter.metric
        let parts: Statement =
            if let days = filter.days {
                try sharesOfDays(
                    days, metric.column(of: "code_days"), account, after: cursor, workspace)
            } else {
                try sharesOfAllTime(
                    metric.column(of: "code_counts"), account, after: cursor, workspace)
            }
        return try rows("\(fragment: parts) LIMIT \(limit)").map { row in
            CodeShare(
                code: try row.get("id"), name: try row.get("name"),
                isDeleted: try row.optional("deleted_at", as: Int64.self) != nil,
                figure: try row.get("figure"))
        }
    }

    private func sharesOfAllTime(
        _ figure: Statement, _ account: Account.ID, after cursor: Cursor?, _ workspace: Workspace.ID
    ) throws -> Statement {
        let rest: Statement = try cursor?.rows(below: figure, id: "qr_codes.id") ?? "1 = 1"
        return """
            SELECT qr_codes.id AS id, qr_codes.name AS name, qr_codes.deleted_at AS deleted_at,
                \(fragment: figure) AS figure
            FROM qr_codes JOIN code_counts ON code_counts.workspace_id = qr_codes.workspace_id
                AND code_counts.code_id = qr_codes.id
            WHERE qr_codes.workspace_id = \(workspace) AND qr_codes.account_id = \(account)
                AND \(fragment: figure) <> 0 AND \(fragment: rest)
            ORDER BY \(fragment: figure) DESC, qr_codes.id DESC
            """
    }

    private func sharesOfDays(
        _ days: ClosedRange<Day>, _ column: Statement, _ account: Account.ID,
        after cursor: Cursor?, _ workspace: Workspace.ID
    ) throws -> Statement {
        let figure: Statement = "CAST(SUM(\(fragment: column)) AS BIGINT)"
        let rest: Statement = try cursor?.rows(below: figure, id: "qr_codes.id") ?? "1 = 1"
        // SQLite takes a cross join in the order in which it is written: code by code the days that are
        // asked for, by the key, however many there are before them.
        return """
            SELECT qr_codes.id AS id, qr_codes.name AS name, qr_codes.deleted_at AS deleted_at,
                \(fragment: figure) AS figure
            FROM qr_codes CROSS JOIN code_days
            WHERE qr_codes.workspace_id = \(workspace) AND qr_codes.account_id = \(account)
                AND code_days.workspace_id = qr_codes.workspace_id
                AND code_days.code_id = qr_codes.id
                AND code_days.day BETWEEN \(days.lowerBound) AND \(days.upperBound)
            GROUP BY qr_codes.id, qr_codes.name, qr_codes.deleted_at
            HAVING \(fragment: figure) <> 0 AND \(fragment: rest)
            ORDER BY \(fragment: figure) DESC, qr_codes.id DESC
            """
    }
}

extension Metric {
    /// What holds it in `code_counts`; in `code_days` when it is kept by day.
    fileprivate func column(of table: Statement) -> Statement {
        switch self {
        case .scans: "\(fragment: table).scans"
        case .scanners: "\(fragment: table).scanners"
        case .newScanners: "\(fragment: table).new_scanners"
        case .existingScanners:
            "(\(fragment: table).scanners - \(fragment: table).new_scanners)"
        case .newFollowers: "\(fragment: table).new_followers"
        case .unfollowed: "\(fragment: table).unfollowed"
        case .repliesSent: "\(fragment: table).replies_sent"
        case .repliesReceived: "\(fragment: table).replies_received"
        case .repliesFailed: "\(fragment: table).replies_failed"
        case .repliesTooLate: "\(fragment: table).replies_too_late"
        case .repliesUnknown: "\(fragment: table).replies_unknown"
        }
    }

    /// The condition on `code_scanners`.
    fileprivate var condition: Statement {
        switch self {
        case .newScanners: " AND code_scanners.is_new = 1"
        case .existingScanners: " AND code_scanners.is_new = 0"
        case .repliesReceived: " AND code_scanners.replies_sent > 0"
        default: ""
        }
    }
}

/// Where the rows of a figure are looked for. Facts are read in the order of an index, and of some
/// days only those of the days. A CROSS JOIN keeps SQLite from turning the order round: over ten
/// million scans it would read every follower for one page.
private struct FigurePlace {
    let code: QRCode.ID
    let workspace: Workspace.ID
    let days: ClosedRange<Day>?
    /// Where the page begins: below this key, and with it below this id, or number.
    let key: Int64
    let id: String
    private var number: Int64 { Int64(id) ?? .max }

    /// Of the code's facts, those of the days. The times let the index be used; zones are at most
    /// 14 hours from UTC, and the stored day decides.
    private var range: Statement {
        guard let days else { return "" }
        let start = Int64(days.lowerBound.daysSinceEpoch - 1) * 86_400_000
        let end = Int64(days.upperBound.daysSinceEpoch + 2) * 86_400_000
        return """
             AND facts.occurred_at BETWEEN \(start) AND \(end)
            AND facts.day BETWEEN \(days.lowerBound) AND \(days.upperBound)
            """
    }

    private var ofCode: Statement {
        """
        facts.workspace_id = \(workspace) AND facts.code_id = \(code)\(fragment: range)
        AND (facts.occurred_at, facts.seq) < (\(key), \(number))
        """
    }

    private var order: Statement { " ORDER BY facts.occurred_at DESC, facts.seq DESC" }

    func facts(_ kinds: [String]) -> Statement {
        """
        SELECT person AS openid, occurred_at AS at, kind, code_state, occurred_at AS sorted_at,
            CAST(seq AS TEXT) AS sort_id
        FROM facts WHERE \(fragment: ofCode) AND kind IN \(list: kinds)\(fragment: order)
        """
    }

    /// Reply items that did not arrive, few among the facts: the list of kinds is that of the index.
    func lostReplies(_ kind: String) -> Statement {
        """
        SELECT person AS openid, occurred_at AS at, kind, code_state, payload,
            occurred_at AS sorted_at, CAST(seq AS TEXT) AS sort_id
        FROM facts WHERE \(fragment: ofCode) AND kind = \(kind)
            AND kind IN ('reply_failed', 'reply_too_late', 'reply_unknown')\(fragment: order)
        """
    }

    /// Of the follows through the code, those that were their person's first.
    var newFollowers: Statement {
        """
        SELECT facts.person AS openid, facts.occurred_at AS at, facts.kind AS kind,
            facts.code_state AS code_state, facts.occurred_at AS sorted_at,
            CAST(facts.seq AS TEXT) AS sort_id
        FROM facts CROSS JOIN followers
        WHERE \(fragment: ofCode) AND facts.kind = 'subscribe'
            AND followers.workspace_id = facts.workspace_id
            AND followers.account_id = facts.account_id AND followers.openid = facts.person
            AND followers.first_follow_at = facts.occurred_at
            AND followers.first_follow_key = facts.dedupe_key\(fragment: order)
        """
    }

    func people(_ metric: Metric) -> Statement {
        """
        SELECT openid, \(fragment: metric == .repliesReceived ? "last_scan_at" : "first_scan_at") AS at,
            CASE is_new WHEN 1 THEN 'subscribe' ELSE 'scan' END AS kind, NULL AS code_state,
            last_scan_at AS sorted_at, openid AS sort_id
        FROM code_scanners
        WHERE workspace_id = \(workspace) AND code_id = \(code)\(fragment: metric.condition)
            AND (last_scan_at, openid) < (\(key), \(id))
        ORDER BY last_scan_at DESC, openid DESC
        """
    }

    /// Of the scans of the days, those that were their person's first of the code.
    func peopleOfDays(_ metric: Metric) -> Statement {
        """
        SELECT facts.person AS openid, facts.occurred_at AS at, facts.kind AS kind,
            facts.code_state AS code_state, facts.occurred_at AS sorted_at,
            CAST(facts.seq AS TEXT) AS sort_id
        FROM facts CROSS JOIN code_scanners
        WHERE code_scanners.workspace_id = facts.workspace_id
            AND code_scanners.code_id = facts.code_id AND code_scanners.openid = facts.person
            AND code_scanners.first_scan_at = facts.occurred_at
            AND code_scanners.first_scan_key = facts.dedupe_key
            AND \(fragment: ofCode) AND facts.kind IN ('subscribe', 'scan')\(fragment: metric.condition)
        \(fragment: order)
        """
    }

    var unfollowed: Statement {
        var ofDays: Statement = ""
        if let days {
            ofDays = " AND followers.turn_day BETWEEN \(days.lowerBound) AND \(days.upperBound)"
        }
        return """
            SELECT code_scanners.openid AS openid, followers.turn_at AS at,
                'unsubscribe' AS kind, NULL AS code_state,
                code_scanners.last_scan_at AS sorted_at, code_scanners.openid AS sort_id
            FROM code_scanners CROSS JOIN followers
            WHERE followers.workspace_id = code_scanners.workspace_id
                AND followers.account_id = code_scanners.account_id
                AND followers.openid = code_scanners.openid
                AND code_scanners.workspace_id = \(workspace) AND code_scanners.code_id = \(code)
                AND code_scanners.unfollowed = 1\(fragment: ofDays)
                AND (code_scanners.last_scan_at, code_scanners.openid) < (\(key), \(id))
            ORDER BY code_scanners.last_scan_at DESC, code_scanners.openid DESC
            """
    }
}

extension FigureRow {
    fileprivate init(_ row: Row, fault: WeChatFault?) throws {
        openid = try row.get("openid")
        name = nil
        at = try row.get("at")
        kind = try row.optional("kind")
        codeState = try row.optional("code_state")
        self.fault = fault
        sortedAt = try row.get("sorted_at")
        sortID = try row.get("sort_id")
    }
}
