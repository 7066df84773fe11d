import SQL

/// Which codes a list shows, and in what order.
package struct QRCodeFilter: Sendable, Equatable, Codable {
    package var account: Account.ID?
    /// Part of the name, in any case.
    package var name = ""
    package var status: QRCode.Status?
    package var kind: QRCode.Kind.Name?
    package var group: Grouping?
    /// A source channel, as it is written.
    package var source: String?
    /// The user or the token that made it.
    package var creator: String?
    /// From this time on.
    package var createdFrom: Timestamp?
    /// Until just before this time.
    package var createdBefore: Timestamp?
    package var sort = Sort.newest

    package init(account: Account.ID? = nil) { self.account = account }

    package enum Grouping: Sendable, Equatable, Codable {
        case ungrouped
        case group(CodeGroup.ID)
    }

    /// Whether it shows less than all codes of the account.
    package var isNarrow: Bool {
        var all = QRCodeFilter(account: account)
        all.sort = sort
        return self != all
    }

    /// A column, and `-` before it for the largest first: `-created_at`.
    package enum Sort: String, Sendable, CaseIterable, Codable {
        case newest = "-created_at"
        case oldest = "created_at"
        case name
        case nameDescending = "-name"
        case mostScans = "-scans"
        case fewestScans = "scans"
        case mostScanners = "-scanners"
        case fewestScanners = "scanners"
        case mostNewFollowers = "-new_followers"
        case fewestNewFollowers = "new_followers"
        case mostUnfollowed = "-unfollowed"
        case fewestUnfollowed = "unfollowed"
        case mostRepliesSent = "-replies_sent"
        case fewestRepliesSent = "replies_sent"

        /// What the rows are compared by, before the id.
        var column: Statement {
            switch self {
            case .newest, .oldest: "qr_codes.created_at"
            case .name, .nameDescending: "qr_codes.name_folded"
            case .mostScans, .fewestScans: "COALESCE(code_counts.scans, 0)"
            case .mostScanners, .fewestScanners: "COALESCE(code_counts.scanners, 0)"
            case .mostNewFollowers, .fewestNewFollowers: "COALESCE(code_counts.new_followers, 0)"
            case .mostUnfollowed, .fewestUnfollowed: "COALESCE(code_counts.unfollowed, 0)"
            case .mostRepliesSent, .fewestRepliesSent: "COALESCE(code_counts.replies_sent, 0)"
            }
        }

        var isDescending: Bool { rawValue.hasPrefix("-") }
        var isByName: Bool { self == .name || self == .nameDescending }
    }
}

extension QRCodeFilter {
    /// The conditions on `qr_codes`, without paging.
    func conditions(in workspace: Workspace.ID, at now: Timestamp) -> Statement {
        var conditions: [Statement] = [
            "qr_codes.workspace_id = \(workspace)", "qr_codes.deleted_at IS NULL",
        ]
        if let account { conditions.append("qr_codes.account_id = \(account)") }
        if name.utf8.count > 8 * QRCode.nameLimit {
            // Longer than any name: nothing contains it, and folding it would take long.
            conditions.append("1 = 0")
        } else if !name.isEmpty {
            conditions.append(
                #"qr_codes.name_folded LIKE \#(pattern(containing: name)) ESCAPE '\'"#)
        }
        if let kind { conditions.append("qr_codes.kind = \(kind)") }
        switch group {
        case .ungrouped: conditions.append("qr_codes.group_id IS NULL")
        case .group(let id): conditions.append("qr_codes.group_id = \(id)")
        case nil: break
        }
        if let source { conditions.append("qr_codes.source = \(source)") }
        if let creator { conditions.append("qr_codes.created_by = \(creator)") }
        if let createdFrom { conditions.append("qr_codes.created_at >= \(createdFrom)") }
        if let createdBefore { conditions.append("qr_codes.created_at < \(createdBefore)") }
        if let status { conditions.append(status.condition(at: now)) }
        return conditions.joined(separator: " AND ")
    }

    /// The condition of the rows beyond the place, nil at the beginning.
    func condition(at place: PagePlace) throws(Refusal) -> Statement? {
        let cursor: Cursor
        switch place {
        case .first: return nil
        case .after(let end), .before(let end): cursor = end
        }
        let key: Statement =
            try sort.isByName ? "\(cursor.key)" : "\(cursor.number)"
        let comparison: Statement = sort.isDescending != place.isBackwards ? "<" : ">"
        return """
            (\(fragment: sort.column), qr_codes.id) \(fragment: comparison)
            (\(fragment: key), \(cursor.id))
            """
    }

    /// The order in which rows are read from the place.
    func order(from place: PagePlace) -> Statement {
        sort.isDescending != place.isBackwards
            ? "\(fragment: sort.column) DESC, qr_codes.id DESC"
            : "\(fragment: sort.column), qr_codes.id"
    }

    func cursor(after code: QRCode, _ counts: CodeCounts) -> Cursor {
        let key =
            switch sort {
            case .newest, .oldest: String(code.createdAt.milliseconds)
            case .name, .nameDescending: code.name.folded()
            case .mostScans, .fewestScans: String(counts.scans)
            case .mostScanners, .fewestScanners: String(counts.scanners)
            case .mostNewFollowers, .fewestNewFollowers: String(counts.newFollowers)
            case .mostUnfollowed, .fewestUnfollowed: String(counts.unfollowed)
            case .mostRepliesSent, .fewestRepliesSent: String(counts.repliesSent)
            }
        return Cursor(sort: sort.rawValue, key: key, id: code.id.text)
    }
}

extension QRCode.Status {
    /// The same cases as `QRCode.status(at:)`.
    func condition(at now: Timestamp) -> Statement {
        switch self {
        case .creationFailed: "qr_codes.making = 'failed'"
        case .expired: "qr_codes.making = 'made' AND qr_codes.expires_at <= \(now)"
        case .notInEffect:
            """
            (qr_codes.making = 'waiting' OR (qr_codes.making = 'made'
                AND qr_codes.starts_at > \(now)
                AND (qr_codes.expires_at IS NULL OR qr_codes.expires_at > \(now))))
            """
        case .inEffect:
            """
            qr_codes.making = 'made'
                AND (qr_codes.starts_at IS NULL OR qr_codes.starts_at <= \(now))
                AND (qr_codes.expires_at IS NULL OR qr_codes.expires_at > \(now))
            """
        }
    }
}

/// A LIKE pattern, with `\` as its escape, for texts that contain `text` whatever its case.
func pattern(containing text: String) -> String {
    var escaped = ""
    // By scalars: a percent sign with a combining mark is another character but the same wildcard.
    for scalar in text.folded().unicodeScalars {
        if "\\%_".unicodeScalars.contains(scalar) { escaped.append("\\") }
        escaped.unicodeScalars.append(scalar)
    }
    return "%\(escaped)%"
}
