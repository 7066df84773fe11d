import SQL

/// Which codes a list shows, and in what order.
package struct QRCodeFilter: Sendable, Equatable {
    package var account: Account.ID?
    /// Part of the name, in any case.
    package var name = ""
    package var status: QRCode.Status?
    /// `temporary` or `permanent`; nil for both.
    package var kind: String?
    package var group: CodeGroup.ID?
    package var sort = Sort.newest

    package init(account: Account.ID? = nil) { self.account = account }

    package enum Sort: String, Sendable, CaseIterable {
        case newest = "-created_at"
        case oldest = "created_at"
        case name
        case nameDescending = "-name"

        var isDescending: Bool { self == .newest || self == .nameDescending }
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
        if !name.isEmpty {
            conditions.append(
                #"qr_codes.name_folded LIKE \#(pattern(containing: name)) ESCAPE '\'"#)
        }
        if let kind { conditions.append("qr_codes.kind = \(kind)") }
        if let group { conditions.append("qr_codes.group_id = \(group)") }
        if let status { conditions.append(condition(status, at: now)) }
        return conditions.joined(separator: " AND ")
    }

    /// The same cases as `QRCode.status(at:)`.
    private func condition(_ status: QRCode.Status, at now: Timestamp) -> Statement {
        switch status {
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

    func condition(after cursor: Cursor) -> Statement {
        if sort.isByName {
            return sort.isDescending
                ? "(qr_codes.name_folded, qr_codes.id) < (\(cursor.key), \(cursor.id))"
                : "(qr_codes.name_folded, qr_codes.id) > (\(cursor.key), \(cursor.id))"
        }
        let time = Int64(cursor.key) ?? 0
        return sort.isDescending
            ? "(qr_codes.created_at, qr_codes.id) < (\(time), \(cursor.id))"
            : "(qr_codes.created_at, qr_codes.id) > (\(time), \(cursor.id))"
    }

    var order: Statement {
        switch sort {
        case .newest: "qr_codes.created_at DESC, qr_codes.id DESC"
        case .oldest: "qr_codes.created_at, qr_codes.id"
        case .name: "qr_codes.name_folded, qr_codes.id"
        case .nameDescending: "qr_codes.name_folded DESC, qr_codes.id DESC"
        }
    }

    func cursor(after code: QRCode) -> Cursor {
        Cursor(
            key: sort.isByName ? code.name.folded() : String(code.createdAt.milliseconds),
            id: code.id.text)
    }
}

/// A LIKE pattern, with `\` as its escape, for texts that contain `text` whatever its case.
func pattern(containing text: String) -> String {
    var escaped = ""
    for character in text.folded() {
        if "\\%_".contains(character) { escaped.append("\\") }
        escaped.append(character)
    }
    return "%\(escaped)%"
}
