import SQL
import Synchronization

extension JobQueue {
    /// Turn by turn: notes what has ended, claims what is due, begins it, and sleeps until the bell
    /// or the alarm rings.
    func loop() async {
        wake()
        await withDiscardingTaskGroup { jobs in
            var alarm = Alarm(bell: bell.ring)
            var keeping = LeaseKeeping(every: lease.duration / 3)
            for await _ in bell.rings {
                let turn = turn(keeping.due(at: now()))
                let next: Int64
                do {
                    let findings = try await take(turn)
                    for job in findings.begun { begin(job, in: &jobs) }
                    keeping.note(turn)
                    next = min(findings.nextTime ?? .max, keeping.nextTime)
                } catch {
                    giveBack(turn, error)
                    next = turn.now + Self.storePauseMilliseconds
                    if canGiveUp { break }
                }
                let (isFinished, isCancelling) = state.withLock { ($0.isFinished, $0.isCancelling) }
                if isFinished { break }
                if isCancelling { jobs.cancelAll() }
                alarm.set(to: next, now: now())
            }
        }
    }

    /// How long to leave a database alone that did not take a note.
    private static let storePauseMilliseconds: Int64 = 1000

    /// Takes what has ended out of the state, into a turn.
    private func turn(_ leases: Turn.Leases) -> Turn {
        let before = state.withLock { state in
            defer { state.ended = [] }
            return state
        }
        return Turn(
            lease: lease, now: now(), leases: leases, ended: before.ended,
            room: before.isStopping ? 0 : options.concurrency - before.running,
            // All of it while long jobs end.
            reserved: before.isEnding ? options.concurrency : options.reserved)
    }

    private func take(_ turn: Turn) async throws -> Turn.Findings {
        if turn.isIdle { return Turn.Findings() }
        return try await database.write { try turn.take(on: $0) }
    }

    private func begin(_ job: Job, in jobs: inout DiscardingTaskGroup) {
        let handler = state.withLock { state in
            state.running += 1
            return state.handlers[job.kind]
        }
        jobs.addTask { [self] in
            let end = await Job.$queue.withValue(self) {
                await handler?.attempt(job, now: self.now)
            }
            note(Attempt(job: job, end: end ?? .failed(reason: "nothing handles \(job.kind)")))
        }
    }

    private func note(_ attempt: Attempt) {
        state.withLock { state in
            state.running -= 1
            state.ended.append(attempt)
        }
        wake()
        switch attempt.end {
        case .retry(_, let reason): report(.retrying(attempt.job, reason: reason))
        case .failed(let reason): report(.failed(attempt.job, reason: reason))
        case .done, .putBack: break
        }
    }

    /// The store did not take the turn: what ended is noted in a later one.
    private func giveBack(_ turn: Turn, _ error: any Error) {
        state.withLock { $0.ended = turn.ended + $0.ended }
        report(.storeFailed(error))
    }

    /// Stopping does not wait for a store that fails: the leases of what was not noted will end.
    private var canGiveUp: Bool {
        state.withLock { $0.isStopping && $0.running == 0 }
    }
}

extension JobQueue.State {
    fileprivate var isFinished: Bool { isStopping && running == 0 && ended.isEmpty }
}

/// When the leases are to be looked after.
private struct LeaseKeeping {
    let every: Duration
    private var isFirst = true
    private(set) var nextTime = Int64.min

    init(every: Duration) {
        self.every = every
    }

    func due(at now: Int64) -> Turn.Leases {
        if isFirst { return .succeed }
        return now >= nextTime ? .keep : .leaveAlone
    }

    mutating func note(_ turn: Turn) {
        if case .leaveAlone = turn.leases { return }
        isFirst = false
        nextTime = turn.now + every.milliseconds
    }
}
