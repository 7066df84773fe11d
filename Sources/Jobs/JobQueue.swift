public import SQL
import Synchronization

/// Does the jobs of a database: several at a time, by priority and then by time, lanes in order.
///
/// One write claims as many jobs as there is room for and notes all that have ended since the last,
/// so a commit is shared by many jobs. A job is begun when `wake()` says that one was added, when
/// another ends, or at its time; nothing is polled but the leases of workers that died.
public final class JobQueue: Sendable {
    /// How much is done at once, and how long a silent worker is waited for.
    public struct Options: Sendable {
        /// Jobs that run at once.
        public var concurrency = 64
        /// Of those, the places kept free for jobs of a priority above 0.
        public var reserved = 16
        /// How long a worker that no longer says it lives is believed to.
        public var lease = Duration.seconds(15)

        public init() {}
    }

    let database: any Database
    let lease: Lease
    let options: Options
    let now: @Sendable () -> Int64
    let report: @Sendable (JobEvent) -> Void
    let state = Mutex(State())
    let bell: (rings: AsyncStream<Void>, ring: AsyncStream<Void>.Continuation)

    /// - Parameters:
    ///   - owner: the worker's name. No two that live may share one; `run()` takes back at once what
    ///     a dead one of the same name has left.
    ///   - now: milliseconds since 1970, UTC.
    ///   - report: hears what went wrong, for the log.
    public init(
        database: any Database, owner: String, options: Options = Options(),
        now: @escaping @Sendable () -> Int64,
        report: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) {
        self.database = database
        lease = Lease(owner: owner, duration: options.lease)
        self.options = options
        self.now = now
        self.report = report
        let (rings, ring) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        bell = (rings, ring)
    }

    /// Says what is done with the jobs of a kind. Every kind is registered before `run()`; a job of
    /// one that is not fails.
    ///
    /// - Parameters:
    ///   - handler: does the job. An error that it throws is one more reason to retry;
    ///     `CancellationError` puts the job back as if it had not been begun.
    public func register(
        kind: String, retry: RetryPolicy = RetryPolicy(),
        handler: @escaping @Sendable (Job) async throws -> Outcome
    ) {
        let handler = JobHandler(retry: retry, perform: handler)
        state.withLock { $0.handlers[kind] = handler }
    }

    /// Registers the handler of a typed payload. A payload that cannot be decoded fails its job.
    public func register<P: JobPayload>(
        _ payload: P.Type, retry: RetryPolicy = RetryPolicy(),
        handler: @escaping @Sendable (P, Job) async throws -> Outcome
    ) {
        register(kind: P.kind, retry: retry) { job in
            let payload: P
            do {
                payload = try job.payload()
            } catch {
                return .failed(reason: "its payload cannot be read: \(error)")
            }
            return try await handler(payload, job)
        }
    }

    /// Says that jobs were added, after their commit.
    public func wake() {
        bell.ring.yield()
    }

    /// Does jobs until `stop()`, or until the task is cancelled, which stops at once.
    ///
    /// A queue runs once.
    public func run() async {
        let loop: Task<Void, Never>? = state.withLock { state in
            guard state.loop == nil, !state.isStopping else { return nil }
            // A task of its own: what ended must be noted even when the caller's is cancelled.
            let loop = Task { await self.loop() }
            state.loop = loop
            return loop
        }
        await withTaskCancellationHandler {
            await loop?.value
        } onCancel: {
            halt(cancelling: true)
        }
    }

    /// Tells long jobs to end, by `Job.isStopping`, and begins none of ordinary priority any more. What
    /// is urgent goes on until `stop()`.
    public func endLongJobs() {
        state.withLock { $0.isEnding = true }
    }

    /// Begins no more jobs and returns when those that run have ended and are noted. Long ones are told
    /// to end.
    ///
    /// - Parameter limit: after this time they are cancelled, and put back for the next start.
    public func stop(within limit: Duration = .seconds(20)) async {
        halt(cancelling: false)
        guard let loop = state.withLock(\.loop) else { return }
        let cancelling = Task {
            try await Task.sleep(for: limit)
            halt(cancelling: true)
        }
        await loop.value
        cancelling.cancel()
    }

    /// Jobs that run now.
    public var running: Int { state.withLock(\.running) }

    var isEnding: Bool { state.withLock { $0.isEnding || $0.isStopping } }

    private func halt(cancelling: Bool) {
        state.withLock { state in
            state.isStopping = true
            if cancelling { state.isCancelling = true }
        }
        wake()
    }
}

extension JobQueue {
    struct State: Sendable {
        var handlers: [String: JobHandler] = [:]
        var running = 0
        var isEnding = false
        /// Attempts that ended and are not noted yet.
        var ended: [Attempt] = []
        var isStopping = false
        var isCancelling = false
        var loop: Task<Void, Never>?
    }
}

/// What an operator may want to read about.
public enum JobEvent: Sendable {
    /// An attempt did not succeed; there will be another.
    case retrying(Job, reason: String)
    /// The job was given up.
    case failed(Job, reason: String)
    /// The database did not take a note; it is tried again.
    case storeFailed(any Error)
}
