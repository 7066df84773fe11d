/// The figures of an official-account code (domain.md), or a change of them.
package struct CodeCounts: Sendable, Equatable {
    /// Scan events, raw.
    package var scans = 0
    /// Distinct people among them.
    package var scanners = 0
    /// Scanners whose first scan of this code was a follow.
    package var newScanners = 0
    /// Scans by those. Not kept by day.
    package var newScans = 0
    /// People whose first follow of the account ever came through this code, as far as is known.
    package var newFollowers = 0
    /// Scanners who have unfollowed since and are not following.
    package var unfollowed = 0
    /// Reply items that WeChat accepted.
    package var repliesSent = 0
    /// People with at least one of them. Not kept by day.
    package var repliesReceived = 0
    /// Reply items that WeChat refused, or that certainly never left.
    package var repliesFailed = 0
    /// Reply items that were not begun within WeChat's minute.
    package var repliesTooLate = 0
    /// Reply items of which nobody knows whether they arrived.
    package var repliesUnknown = 0

    package init() {}

    /// Scanners who followed already.
    package var existingScanners: Int { scanners - newScanners }
    /// Scans by scanners who followed already.
    package var existingScans: Int { scans - newScans }

    static func += (left: inout CodeCounts, right: CodeCounts) {
        left.scans += right.scans
        left.scanners += right.scanners
        left.newScanners += right.newScanners
        left.newScans += right.newScans
        left.newFollowers += right.newFollowers
        left.unfollowed += right.unfollowed
        left.repliesSent += right.repliesSent
        left.repliesReceived += right.repliesReceived
        left.repliesFailed += right.repliesFailed
        left.repliesTooLate += right.repliesTooLate
        left.repliesUnknown += right.repliesUnknown
    }

    /// What must hold for the figures of every code.
    package func checkInvariants() -> Bool {
        scans >= scanners && scanners >= newScanners && newScanners >= 0
            && (newScanners...scans).contains(newScans)
            && (0...scanners).contains(unfollowed) && repliesSent >= repliesReceived
            && repliesReceived >= 0 && newFollowers >= 0
            && min(repliesFailed, repliesTooLate, repliesUnknown) >= 0
    }
}

/// What one fact changes: for each code, on each day.
struct CountChanges {
    struct Change {
        let code: QRCode.ID
        let day: Day
        var counts = CodeCounts()
    }

    /// Those of one code stand together: what concerns a code is told in one go.
    private(set) var changes: [Change] = []

    mutating func change(
        _ code: QRCode.ID, on day: Day, _ body: (inout CodeCounts) -> Void
    ) {
        var index = changes.endIndex
        while index > 0, changes[index - 1].code == code {
            index -= 1
            if changes[index].day == day { return body(&changes[index].counts) }
        }
        var change = Change(code: code, day: day)
        body(&change.counts)
        changes.append(change)
    }

    /// The sums over the codes.
    var days: [Day: CodeCounts] {
        changes.reduce(into: [:]) { days, change in
            days[change.day, default: CodeCounts()] += change.counts
        }
    }

    /// The sums over the days.
    var totals: [(code: QRCode.ID, counts: CodeCounts)] {
        changes.reduce(into: []) { totals, change in
            if totals.last?.code == change.code {
                totals[totals.count - 1].counts += change.counts
            } else {
                totals.append((change.code, change.counts))
            }
        }
    }
}
