import SQL

/// Which scanners of a code a list shows, and in what order.
package struct ScannerFilter: Sendable, Equatable {
    package var group = Group.all
    /// The beginning of an openid.
    package var openid = ""
    package var sort = Sort.latest

    package init() {}

    /// The tabs of the code's page.
    package enum Group: String, Sendable, CaseIterable, Codable {
        case all
        /// Their first scan of this code was a follow.
        case new
        /// They followed already.
        case existing
        /// They have left since and not come back.
        case unfollowed
    }

    /// By the time of the latest scan.
    package enum Sort: String, Sendable, CaseIterable, Codable {
        case latest = "-scanned_at"
        case earliest = "scanned_at"
    }
}

/// A row of the list of scanners.
package struct Scanner: Sendable, Equatable {
    package let openid: String
    /// What their contact is called, once they said it in a form.
    package let name: String?
    package let isNew: Bool
    package let isUnfollowed: Bool
    package let firstScanAt: Timestamp
    package let lastScanAt: Timestamp
    package let scans: Int
    /// What became of the reply to the latest scan.
    package let reply: ReplyStatus
    package let replyItems: [ReplySend]
    /// The follower tags that codes asked WeChat to put on, and how far they came.
    package let followerTags: [FollowerTagging.Entry]
}

extension ScannerFilter {
    var order: Statement {
        sort == .latest ? "last_scan_at DESC, openid DESC" : "last_scan_at, openid"
    }

    func conditions(
        of code: QRCode.ID, after cursor: Cursor?, in workspace: Workspace.ID
    ) throws(Refusal) -> Statement {
        var conditions: [Statement] = ["workspace_id = \(workspace)", "code_id = \(code)"]
        switch group {
        case .all: break
        case .new: conditions.append("is_new = 1")
        case .existing: conditions.append("is_new = 0")
        case .unfollowed: conditions.append("unfollowed = 1")
        }
        if !openid.isEmpty {
            // A range instead of LIKE: it is served by the primary key and minds the case.
            conditions.append("openid >= \(openid) AND openid < \(openid + "\u{10FFFF}")")
        }
        if let cursor {
            let comparison: Statement = sort == .latest ? "<" : ">"
            conditions.append(
                """
                (last_scan_at, openid) \(fragment: comparison)
                (\(try cursor.number), \(cursor.id))
                """)
        }
        return conditions.joined(separator: " AND ")
    }
}

extension Scanner {
    init(
        _ row: Row, name: String?, items: [ReplySend], followerTags: [FollowerTagging.Entry]
    ) throws {
        openid = try row.get("openid")
        self.name = name
        isNew = try row.get("is_new")
        isUnfollowed = try row.get("unfollowed")
        firstScanAt = try row.get("first_scan_at")
        lastScanAt = try row.get("last_scan_at")
        scans = try row.get("scans")
        reply = ReplyStatus(items.map(\.state))
        replyItems = items
        self.followerTags = followerTags
    }
}
