import Foundation
import Glibc

/// How the kernel shares the processors among the threads of a server.
enum BatchScheduling {
    /// `SCHED_BATCH`, which Glibc's headers show to GNU's C only.
    private static let batch: Int32 = 3

    /// Asks for `SCHED_BATCH` (sched(7)): a thread that is woken waits for its turn instead of
    /// interrupting the one that woke it.
    ///
    /// A commit wakes a task for each callback in it, and each of those an event loop. With the
    /// default policy every one of them interrupts the next, three times a callback. Threads that
    /// begin later inherit the policy. Where the kernel refuses, everything works as before.
    static func begin() {
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        for thread in (threads ?? []).compactMap({ pid_t($0) }) {
            var parameters = sched_param(sched_priority: 0)
            sched_setscheduler(thread, batch, &parameters)
        }
    }
}
