import Foundation

/// Durable callbacks per second, and the time of the processor they take, beside SQLite alone, by turns.
struct Throughput {
    let connections: Int
    let rounds: Int
    /// Callbacks in a round.
    let callbacks: Int

    struct Round {
        /// Callbacks per second.
        let ours: Double
        let peers: Double
        /// Writes in a commit, in the mean.
        let batch: Double
        /// Microseconds of the processor for a callback: steadier than rates, which the disk sways too.
        let cost: Double
        let peersCost: Double

        var ratio: Double { ours / peers }
    }

    /// - Parameter peer: commits what was left after a fact, until a time in milliseconds since
    ///   1970, in batches, and tells how that went.
    func measure(
        on stage: Stage, at code: Stage.Code,
        peer: (_ after: Int64, _ until: Int64, _ batch: Int) throws -> PlainSQLite.Outcome
    ) throws -> [Round] {
        // The first round warms both up.
        try (0...rounds).map { _ in try round(on: stage, at: code, peer: peer) }.suffix(rounds)
    }

    private func round(
        on stage: Stage, at code: Stage.Code,
        peer: (Int64, Int64, Int) throws -> PlainSQLite.Outcome
    ) throws -> Round {
        let last = try PlainSQLite.lastFact(in: stage.matou.database)
        let requests = stage.crowd(callbacks, at: code).map(\.request)
        let load = Load(port: stage.matou.port, connections: connections)
        let before = try commits(stage)
        let begin = try stage.matou.processorNanoseconds()
        let outcome = try load.run(requests)
        let nanoseconds = try stage.matou.processorNanoseconds() - begin
        let end = Int64(Date().timeIntervalSince1970 * 1000)
        let after = try commits(stage)
        guard outcome.accepted == callbacks else {
            throw Failure(
                "\(callbacks - outcome.accepted) callbacks of \(callbacks) had no success")
        }
        stage.note(outcome.accepted, at: code)
        try stage.settle(code)
        let batch = (after.writes - before.writes) / max(after.commits - before.commits, 1)
        let peers = try peer(last, end, max(1, Int(batch.rounded())))
        return Round(
            ours: Double(outcome.accepted) / outcome.seconds, peers: peers.rate, batch: batch,
            cost: Double(nanoseconds) / 1000 / Double(outcome.accepted), peersCost: peers.cost)
    }

    private func commits(_ stage: Stage) throws -> (writes: Double, commits: Double) {
        (
            try stage.matou.metric("matou_store_writes_total"),
            try stage.matou.metric("matou_store_commits_total")
        )
    }
}
