import Foundation
import Glibc

/// Keeps a second server off the data folder and off the database, which may lie elsewhere: two would
/// answer for each other's jobs.
final class StoreLock: Sendable {
    /// What a store is wanted alone for.
    enum Purpose {
        case serving
        /// Its tables are older than the program.
        case migrating
    }

    private let descriptors: [Int32]

    /// - Throws: `CommandFailure` with status 78 when another process serves one of them.
    init(folder: String, database: String, for purpose: Purpose) throws(CommandFailure) {
        let inFolder = try Self.lock(
            folder + "/serve.lock", of: "the data folder \(folder)", for: purpose)
        do {
            descriptors = [
                inFolder,
                try Self.lock(database + ".lock", of: "the database \(database)", for: purpose),
            ]
        } catch {
            close(inFolder)
            throw error
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    private static func lock(
        _ path: String, of what: String, for purpose: Purpose
    ) throws(CommandFailure) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .configuration("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let isServed = "another matou serves \(what)"
            switch purpose {
            case .serving: throw .configuration("\(isServed); stop it or give another --data")
            case .migrating:
                throw .configuration(
                    "the tables are older than this program, and \(isServed); restart that one with "
                        + "this version first")
            }
        }
        return descriptor
    }
}
