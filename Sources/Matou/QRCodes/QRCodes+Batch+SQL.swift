import Jobs
import SQL

extension Connection {
    /// - Returns: how many were not in that group yet.
    func moveQRCodes(
        _ ids: [QRCode.ID], to group: CodeGroup.ID?, by principal: Principal, at time: Timestamp
    ) throws -> Int {
        try ids.count { id in
            guard let found = try qrCode(id, in: principal.workspace), found.group?.id != group
            else { return false }
            try run(
                """
                UPDATE qr_codes SET group_id = \(group), updated_by = \(principal.actor),
                    updated_at = \(time), version = version + 1
                WHERE workspace_id = \(principal.workspace) AND id = \(id)
                """)
            guard let moved = try qrCode(id, in: principal.workspace) else { return false }
            try record(
                .changed, of: id, from: found, after: QRCode.Draft(moved), by: principal, at: time)
            return true
        }
    }

    func setTags(
        _ tags: CodeTagIDs, of id: QRCode.ID, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            UPDATE qr_codes SET tags = \(try tags.json()), updated_by = \(principal.actor),
                updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    func codeChanges(
        at time: Timestamp, by principal: Principal, after seq: Int64, limit: Int
    ) throws -> [CodeChange] {
        try rows(
            """
            SELECT seq, object_id, version, before FROM revisions
            WHERE workspace_id = \(principal.workspace) AND at = \(time) AND seq > \(seq)
                AND kind = \(Revision.Kind.qrCode) AND action = \(Revision.Action.changed)
                AND actor = \(principal.actor) AND before IS NOT NULL
            ORDER BY seq LIMIT \(limit)
            """
        ).map {
            CodeChange(
                seq: try $0.get("seq"), code: try $0.get("object_id"),
                version: try $0.get("version"), before: try $0.get("before"))
        }
    }

    /// - Returns: false when the code was changed again or deleted since.
    func undo(
        _ change: CodeChange, by principal: Principal, at time: Timestamp,
        _ randomness: Randomness
    ) throws -> Bool {
        guard let found = try qrCode(change.code, in: principal.workspace),
            found.version == change.version
        else { return false }
        let draft = try QRCode.Draft(snapshot: change.before)
        let group = try group(
            of: draft, orMakeAs: CodeGroup.ID.make(at: time, from: randomness), principal, time)
        let tags = try tags(
            of: draft, on: found.account,
            orMakeAs: FreshTagIDs(for: draft, at: time, from: randomness), by: principal, at: time)
        try updateQRCode(
            found.id, draft, group: group, tags: tags, by: principal, at: time)
        try record(.undone, of: found.id, from: found, after: draft, by: principal, at: time)
        return true
    }
}
