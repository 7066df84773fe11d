/// Rings the bell at a time, once.
struct Alarm: ~Copyable {
    private let bell: AsyncStream<Void>.Continuation
    private var pending: Task<Void, any Error>?

    init(bell: AsyncStream<Void>.Continuation) {
        self.bell = bell
    }

    deinit {
        pending?.cancel()
    }

    /// Sets the alarm to another time, in milliseconds since 1970; one that has passed rings now.
    mutating func set(to time: Int64, now: Int64) {
        pending?.cancel()
        pending = Task { [bell] in
            try await Task.sleep(for: .milliseconds(max(time - now, 0)))
            bell.yield()
        }
    }
}
