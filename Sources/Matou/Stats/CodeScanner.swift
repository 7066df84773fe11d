import Foundation
import SQL

/// A person's standing with one code: what makes its figures independent of the order of facts.
struct CodeScanner: Equatable {
    let code: QRCode.ID
    let openid: String
    private(set) var firstScan: Moment
    private(set) var firstScanDay: Day
    private(set) var lastScanAt: Timestamp
    private(set) var lastScanSeq: Int64
    private(set) var scans: Int
    private(set) var isUnfollowed: Bool
    let repliesSent: Int

    /// A scanner is new when their first scan of the code was a follow.
    var isNew: Bool { firstScan.rank == Moment.rank(of: .subscribe) }

    /// A person's first scan of the code to arrive.
    init(_ fact: Fact, of code: QRCode.ID, openid: String, _ changes: inout CountChanges) {
        self.code = code
        self.openid = openid
        firstScan = fact.moment
        firstScanDay = fact.day
        lastScanAt = fact.occurredAt
        lastScanSeq = fact.seq
        scans = 1
        isUnfollowed = false
        repliesSent = 0
        changes.change(code, on: fact.day) { $0.scans += 1 }
        countFirstScan(1, &changes)
        countScansOfNew(1, &changes)
    }

    /// A further scan, which may have happened before those that arrived earlier.
    mutating func take(_ fact: Fact, _ changes: inout CountChanges) {
        // Whether they are new may change with the fact, and then for all of their scans.
        countScansOfNew(-1, &changes)
        defer { countScansOfNew(1, &changes) }
        scans += 1
        changes.change(code, on: fact.day) { $0.scans += 1 }
        if (fact.occurredAt, fact.seq) > (lastScanAt, lastScanSeq) {
            lastScanAt = fact.occurredAt
            lastScanSeq = fact.seq
        }
        if fact.moment < firstScan {
            countFirstScan(-1, &changes)
            firstScan = fact.moment
            firstScanDay = fact.day
            countFirstScan(1, &changes)
        }
    }

    /// Takes in whether the person has left since their first scan. The loss stands on the day of it.
    ///
    /// - Parameter previous: the turn that this row was counted with.
    mutating func take(
        _ follower: Follower, since previous: Follower.Turn?, _ changes: inout CountChanges
    ) {
        if isUnfollowed, let previous {
            changes.change(code, on: previous.day) { $0.unfollowed -= 1 }
        }
        isUnfollowed = follower.hasUnfollowed(since: firstScan)
        if isUnfollowed, let turn = follower.turn {
            changes.change(code, on: turn.day) { $0.unfollowed += 1 }
        }
    }

    /// Puts what stands on days on those of another zone.
    ///
    /// - Parameter follower: as this row was counted with.
    mutating func move(
        to zone: TimeZone, of follower: Follower?, _ changes: inout CountChanges
    ) {
        countFirstScan(-1, &changes)
        firstScanDay = firstScan.at.day(in: zone)
        countFirstScan(1, &changes)
        guard isUnfollowed, let turn = follower?.turn else { return }
        changes.change(code, on: turn.day) { $0.unfollowed -= 1 }
        changes.change(code, on: turn.moment.at.day(in: zone)) { $0.unfollowed += 1 }
    }

    private func countScansOfNew(_ sign: Int, _ changes: inout CountChanges) {
        guard isNew else { return }
        changes.change(code, on: firstScanDay) { $0.newScans += sign * scans }
    }

    private func countFirstScan(_ sign: Int, _ changes: inout CountChanges) {
        changes.change(code, on: firstScanDay) { counts in
            counts.scanners += sign
            if isNew { counts.newScanners += sign }
        }
    }
}

extension CodeScanner {
    init(_ row: Row) throws {
        code = try row.get("code_id")
        openid = try row.get("openid")
        let isNew: Bool = try row.get("is_new")
        firstScan = Moment(
            at: try row.get("first_scan_at"),
            rank: Moment.rank(of: isNew ? .subscribe : .scan), key: try row.get("first_scan_key"))
        firstScanDay = try row.get("first_scan_day")
        lastScanAt = try row.get("last_scan_at")
        lastScanSeq = try row.get("last_scan_seq")
        scans = try row.get("scans")
        isUnfollowed = try row.get("unfollowed")
        repliesSent = try row.get("replies_sent")
    }
}
