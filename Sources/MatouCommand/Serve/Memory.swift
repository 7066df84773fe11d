import CMalloc
import Foundation

enum Memory {
    /// `M_ARENA_MAX` of glibc's `malloc.h`, which Swift does not import.
    private static let arenaMax: Int32 = -8

    /// Gives the process a heap for each processor. glibc's own choice is eight for each, all of which
    /// keep what they once had: an export of two million records took 240 MB, and takes 140 with two.
    static func shareHeaps() {
        _ = mallopt(arenaMax, Int32(max(2, ProcessInfo.processInfo.activeProcessorCount)))
    }
}
