import SQL

/// One transaction of a queue: it notes what has ended and claims what there is room for.
struct Turn: Sendable {
    enum Leases: Sendable {
        case leaveAlone
        /// Renews our own and ends those of the dead.
        case keep
        /// Also ends those of a dead worker of our name: the first turn.
        case succeed
    }

    /// What the turn has found to do.
    struct Findings: Sendable {
        var begun: [Job] = []
        /// When a job that is not due yet will be.
        var nextTime: Int64?
    }

    let lease: Lease
    let now: Int64
    let leases: Leases
    let ended: [Attempt]
    /// How many more jobs may run.
    let room: Int
    /// Places that only a priority above 0 may take.
    let reserved: Int

    /// A turn that would change nothing.
    var isIdle: Bool {
        if case .leaveAlone = leases { ended.isEmpty && room <= 0 } else { false }
    }

    func take(on connection: any Connection) throws -> Findings {
        // What has ended goes first: it is ours until the leases of the dead end.
        for attempt in ended { try attempt.settle(for: lease.owner, on: connection) }
        try keepLeases(on: connection)
        var findings = Findings()
        guard room > 0 else { return findings }
        for priority in try lease.priorities(on: connection) {
            try claim(priority, for: &findings, on: connection)
        }
        return findings
    }

    private func keepLeases(on connection: any Connection) throws {
        switch leases {
        case .leaveAlone: break
        case .succeed: try lease.succeed(now: now, on: connection)
        case .keep:
            try lease.renew(now: now, on: connection)
            try lease.takeBack(now: now, on: connection)
        }
    }

    private func claim(
        _ priority: Int, for findings: inout Findings, on connection: any Connection
    ) throws {
        let free = (priority > 0 ? room : room - reserved) - findings.begun.count
        // A job that ends will ring for those that are due and have no place.
        guard free > 0 else { return }
        let claimed = try lease.claim(free, priority: priority, now: now, on: connection)
        findings.begun += claimed
        guard claimed.count < free else { return }
        if let next = try lease.nextTime(priority: priority, on: connection) {
            findings.nextTime = min(next, findings.nextTime ?? next)
        }
    }
}
