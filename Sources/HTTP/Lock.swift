import Glibc

/// A value that one thread at a time may touch.
///
/// On a pthread mutex, which the thread sanitizer can follow; the futex inside
/// `Synchronization.Mutex` it cannot, and would report every access.
///
/// Sendable, unchecked: `value` is reached through `withLock` only, which holds the mutex all the
/// while, and `mutex` itself is set once and may be used from any thread.
final class Lock<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deinitialize(count: 1)
        mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
