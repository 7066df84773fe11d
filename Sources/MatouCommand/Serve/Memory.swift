import CMalloc
import Foundation

enum Memory {
    /// glibc's `malloc.h` has them as macros, which Swift does not import.
    private enum Setting: Int32 {
        case trimThreshold = -1
        case topPad = -2
        case mmapThreshold = -3
        case arenaMax = -8
    }

    /// Gives the process a heap for each processor. glibc's own choice is eight for each, all of which
    /// keep what they once had: an export of two million records took 240 MB, and takes 140 with two.
    ///
    /// A heap keeps up to 4 MiB that nobody uses, and grows by one: else each commit of many callbacks
    /// asked the system for pages and gave them back, some 5 % of its time.
    static func shareHeaps() {
        set(.arenaMax, max(2, ProcessInfo.processInfo.activeProcessorCount))
        set(.trimThreshold, 4 << 20)
        set(.topPad, 1 << 20)
        set(.mmapThreshold, 1 << 20)
    }

    private static func set(_ setting: Setting, _ value: Int) {
        _ = mallopt(setting.rawValue, Int32(value))
    }
}
