import Dispatch
import Sheets

/// A table under way, on a thread of its own: writing a workbook blocks and computes for long.
actor TableFile {
    private let thread = SerialThread(label: "Exports.table")
    private var writer: (any TableWriter)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func begin(_ format: TableFormat, at path: String, heads: [String]) throws {
        writer = try format.writer(at: path, heads: heads)
    }

    func append(_ rows: [[Cell]]) throws {
        for row in rows { try writer?.append(row) }
    }

    func finish() throws {
        try writer?.finish()
        writer = nil
    }

    /// Does other long work on files there.
    func run<T: Sendable>(_ body: @Sendable () throws -> T) throws -> T { try body() }
}

/// A serial queue as the executor of an actor that blocks.
private final class SerialThread: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
