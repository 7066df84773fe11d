import Jobs
import SQL

/// Changing several codes at once, and taking such a change back.
extension QRCodes {
    /// Moves all codes of the selection to the group of that name, made now if there is none; an
    /// empty name takes them out of their groups.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func move(
        _ selection: QRCodeSelection, toGroup name: String, by principal: Principal
    ) async throws -> BatchChange {
        try principal.require(.editor)
        var faults = FieldFaults()
        let name = faults.groupName("group", name, required: false)
        try faults.check()
        let now = clock.now()
        let fresh = CodeGroup.ID.make(at: now, from: randomness)
        return try await change(selection, by: principal, at: now) { connection, ids in
            let group =
                name.isEmpty
                ? nil
                : try connection.group(
                    named: name, .qrCode, orMakeAs: fresh, by: principal, at: now)
            let moved = try connection.moveQRCodes(ids, to: group, by: principal, at: now)
            return BatchChange(count: moved, at: now)
        }
    }

    /// Changes the tags of all codes of the selection. Whoever scanned them before keeps theirs.
    ///
    /// A code that would put on more tags than one may stays as it is, and is counted as full.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func tag(
        _ selection: QRCodeSelection, _ change: CodeTagChange, by principal: Principal
    ) async throws -> BatchChange {
        try principal.require(.editor)
        let change = try change.checked()
        let now = clock.now()
        let randomness = randomness
        let done = try await self.change(selection, by: principal, at: now) { connection, ids in
            var done = BatchChange(at: now)
            for id in ids {
                guard let found = try connection.qrCode(id, in: principal.workspace) else {
                    continue
                }
                let draft = change.applied(to: QRCode.Draft(found))
                if draft == QRCode.Draft(found) { continue }
                guard draft.contactTags.count <= ContactTag.perCodeMax,
                    draft.followerTags.count <= FollowerTag.perFollowerMax
                else {
                    done.full += 1
                    continue
                }
                let fresh = FreshTagIDs(for: draft, at: now, from: randomness)
                let tags = try connection.tags(
                    of: draft, on: found.account, orMakeAs: fresh, by: principal, at: now)
                try connection.setTags(tags, of: id, by: principal, at: now)
                try connection.record(
                    .changed, of: id, from: found, after: draft, by: principal, at: now)
                done.count += 1
            }
            return done
        }
        if !change.added.follower.isEmpty { jobs.wake() }
        return done
    }

    /// Takes back what the same person changed at once at that time. Codes that were changed again
    /// or deleted since stay as they are.
    ///
    /// - Returns: how many codes are as they were before.
    /// - Throws: `Refusal.conflict(.nothingToUndo)` for none; `Refusal.forbidden` below editor.
    package func undo(changedAt time: Timestamp, by principal: Principal) async throws -> Int {
        try principal.require(.editor)
        let now = clock.now()
        let randomness = randomness
        var (count, last) = (0, Int64(0))
        while true {
            let after = last
            let changes = try await database.write { connection in
                let changes = try connection.codeChanges(
                    at: time, by: principal, after: after, limit: chunk)
                let undone = try changes.count {
                    try connection.undo($0, by: principal, at: now, randomness)
                }
                return (undone: undone, found: changes.count, last: changes.last?.seq)
            }
            count += changes.undone
            last = changes.last ?? last
            guard changes.found == chunk else { break }
        }
        if count == 0 { throw Refusal.conflict(.nothingToUndo) }
        jobs.wake()
        return count
    }
}

/// What became of the codes of a selection.
package struct BatchChange: Sendable, Equatable {
    /// Codes that are otherwise than they were.
    package var count = 0
    /// Codes that would have had too many tags.
    package var full = 0
    /// By which the change can be taken back.
    package let at: Timestamp
}

/// A change of a code, as far as taking it back needs to know it.
struct CodeChange: Sendable {
    let seq: Int64
    let code: QRCode.ID
    let version: Int
    let before: String
}
