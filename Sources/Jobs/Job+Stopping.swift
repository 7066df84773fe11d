extension Job {
    /// The queue that does the job under way. A closure that asks it would do, but of a task-local
    /// function Swift 6.3 makes code that crashes when it optimizes.
    @TaskLocal static var queue: JobQueue?

    /// Whether the queue stops, as a handler and what it calls can ask. A job of many steps begins no
    /// further one then, and throws `CancellationError` once those under way have ended: it is put
    /// back, and goes on at the next start. One that does not is cancelled later, in the middle of
    /// whatever it does.
    public static var isStopping: Bool { queue?.isEnding ?? false }

    /// - Throws: `CancellationError` when the queue stops, or the task is cancelled.
    public static func checkStopping() throws {
        try Task.checkCancellation()
        if isStopping { throw CancellationError() }
    }
}
