import CEpoll
import Glibc

/// Waits for many descriptors at once: level-triggered epoll.
struct Poller: ~Copyable {
    /// What is waited for, or has come.
    struct Readiness: OptionSet {
        let rawValue: UInt32
        static let input = Readiness(rawValue: EPOLLIN.rawValue)
        static let output = Readiness(rawValue: EPOLLOUT.rawValue)
        /// The other side sends no more.
        static let inputEnd = Readiness(rawValue: EPOLLRDHUP.rawValue)
        /// Reported without being asked for.
        static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
    }

    private let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    /// A descriptor for a poller; nil when the system has no more.
    static func open() -> Int32? {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        return descriptor >= 0 ? descriptor : nil
    }

    /// Takes over a descriptor from `open`.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        events = .allocate(capacity: 512)
        events.initialize(repeating: epoll_event())
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    func add(_ target: Int32, _ interest: Readiness, token: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, target, interest, token)
    }

    func change(_ target: Int32, _ interest: Readiness, token: UInt64) {
        _ = control(EPOLL_CTL_MOD, target, interest, token)
    }

    /// Needed only for a descriptor that stays open.
    func remove(_ target: Int32) {
        _ = control(EPOLL_CTL_DEL, target, [], 0)
    }

    /// - Parameter milliseconds: -1 waits without end.
    /// - Returns: How many events there are to be asked for.
    func wait(milliseconds: Int32) -> Int {
        max(0, Int(epoll_wait(descriptor, events.baseAddress, Int32(events.count), milliseconds)))
    }

    func event(_ index: Int) -> (token: UInt64, readiness: Readiness) {
        (events[index].data.u64, Readiness(rawValue: events[index].events))
    }

    private func control(
        _ operation: Int32, _ target: Int32, _ interest: Readiness, _ token: UInt64
    ) -> Bool {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = token
        return epoll_ctl(descriptor, operation, target, &event) == 0
    }
}
