import Foundation
import Glibc

/// Whole files, and the standard streams under the name `-`.
enum ByteFile {
    /// - Throws: `CommandFailure`, also for a file of more than `bytesMax`.
    static func read(_ path: String, bytesMax: Int) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("\(path) cannot be read") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= bytesMax {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("\(path) cannot be read") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw CommandFailure.other("\(path) has more than \(bytesMax) bytes")
    }

    /// - Throws: `CommandFailure`.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor =
            path == "-"
            ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure("\(path) cannot be written") }
        defer { if descriptor != STDOUT_FILENO { close(descriptor) } }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("\(path) cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    /// With the system's word for what its last call met.
    private static func failure(_ words: String) -> CommandFailure {
        .other("\(words): \(String(cString: strerror(errno)))")
    }
}
