import Glibc

/// The two clocks of a loop.
enum Clock {
    /// Nanoseconds since some moment; never set back.
    static var nanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    static var milliseconds: Int { nanoseconds / 1_000_000 }

    static var unixSeconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return time.tv_sec
    }
}

extension Duration {
    /// Whole milliseconds; what is longer than a year counts as a year.
    var milliseconds: Int {
        let parts = components
        let seconds = min(max(parts.seconds, 0), 31_536_000)
        return Int(seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000)
    }
}
