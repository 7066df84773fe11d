import Foundation
import Glibc

/// The file that keeps a gateway's state: lines of changed records, in the order of the changes.
///
/// A line counts once it is whole, so a crash loses at most what was under way. When the file has
/// grown to a multiple of what it holds, it is written anew beside itself and moved into place.
struct StateFile {
    package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        case unusable(path: String, reason: String)
        case damaged(path: String, line: Int)
        case inUse(path: String)

        package var description: String {
            switch self {
            case .unusable(let path, let reason):
                "The mock gateway's state file \(path) cannot be used: \(reason)."
            case .damaged(let path, let line):
                "The mock gateway's state file \(path) is damaged in line \(line); "
                    + "move it away to begin anew."
            case .inUse(let path):
                "Another mock gateway uses the state file \(path); give this one its own."
            }
        }
    }

    private let path: String
    private var file: FileHandle
    private let lock: Int32
    private var bytesWritten = 0
    private var bytesCompact = 0
    private let encoder = JSONEncoder()

    private static let header = Data(#"{"format":"matou-mock-gateway","version":1}"#.utf8)
    private static let newline = UInt8(ascii: "\n")
    private static let compactionBytesMin = 8 << 20

    /// Opens the file, or makes it, and puts what it holds into the world.
    ///
    /// - Throws: `Problem`.
    init(path: String, into world: inout World) throws(Problem) {
        self.path = path
        lock = try Self.lock(path)
        do {
            try Self.restore(path, &world)
            file = try Self.write(world.allLines, to: path, encoder)
            bytesCompact = Int(try file.offset())
        } catch let problem as Problem {
            close(lock)
            throw problem
        } catch {
            close(lock)
            throw .unusable(path: path, reason: error.localizedDescription)
        }
        world.trackChanges()
    }

    /// Adds lines to the end.
    mutating func append(_ lines: [StateLine]) throws {
        guard !lines.isEmpty else { return }
        var bytes = Data()
        for line in lines { bytes += try line.bytes(encoder) }
        try file.write(contentsOf: bytes)
        bytesWritten += bytes.count
    }

    /// Whether the file has outgrown what it holds.
    var wantsCompaction: Bool {
        bytesWritten > max(Self.compactionBytesMin, bytesCompact * 2)
    }

    /// Writes the file anew with nothing but these lines.
    mutating func compact(to lines: [StateLine]) throws {
        let compacted = try Self.write(lines, to: path, encoder)
        try file.close()
        file = compacted
        bytesCompact = Int(try file.offset())
        bytesWritten = 0
    }

    mutating func end() throws {
        try file.synchronize()
        try file.close()
        close(lock)
    }

    private static func lock(_ path: String) throws(Problem) -> Int32 {
        let descriptor = open("\(path).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: path)
        }
        return descriptor
    }

    private static func restore(_ path: String, _ world: inout World) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let bytes = try Data(contentsOf: URL(filePath: path))
        guard !bytes.isEmpty else { return }
        let lines = bytes.split(separator: newline, omittingEmptySubsequences: true)
        guard lines.first == header else {
            throw Problem.unusable(path: path, reason: "it is no state file of a mock gateway")
        }
        let decoder = JSONDecoder()
        for (index, line) in lines.enumerated().dropFirst() {
            do {
                try world.restore(Data(line), decoder)
            } catch {
                // Only the last line can have been under way when the process ended.
                guard index == lines.count - 1, bytes.last != newline else {
                    throw Problem.damaged(path: path, line: index + 1)
                }
            }
        }
    }

    /// Writes a whole file beside the place and moves it there.
    private static func write(_ lines: [StateLine], to path: String, _ encoder: JSONEncoder) throws
        -> FileHandle
    {
        let draft = "\(path).new"
        guard
            FileManager.default.createFile(
                atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: draft)
        else { throw Problem.unusable(path: path, reason: String(cString: strerror(errno))) }
        var bytes = header + Data([newline])
        for line in lines {
            bytes += try line.bytes(encoder)
            guard bytes.count > 1 << 20 else { continue }
            try file.write(contentsOf: bytes)
            bytes = Data()
        }
        try file.write(contentsOf: bytes)
        try file.synchronize()
        guard rename(draft, path) == 0 else {
            throw Problem.unusable(path: path, reason: String(cString: strerror(errno)))
        }
        return file
    }
}
