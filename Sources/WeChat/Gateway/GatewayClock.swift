import Foundation

/// Time as the client sees it, so that a test can move it.
public struct GatewayClock: Sendable {
    /// Unix milliseconds, UTC.
    public var now: @Sendable () -> Int64
    /// Returns after the duration, or throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    public static let system = GatewayClock(
        now: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
        sleep: { try await Task.sleep(for: $0) })

    public init(
        now: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// Waits; false when the wait was cut short, so that nothing more should be begun.
    func hasSlept(_ duration: Duration) async -> Bool {
        do {
            try await sleep(duration)
            return true
        } catch {
            return false
        }
    }
}
