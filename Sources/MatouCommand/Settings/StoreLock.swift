import Foundation
import Glibc

/// Keeps a second server out of the data folder: two would answer for each other's jobs.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `CommandFailure` with status 78 when another process serves this folder.
    init(folder: String) throws(CommandFailure) {
        let path = folder + "/serve.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .configuration("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .configuration(
                "another matou serves the data folder \(folder); stop it or give another --data")
        }
    }

    deinit { close(descriptor) }
}
