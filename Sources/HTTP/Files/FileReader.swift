import Glibc

/// A file could not be opened or read.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String
    /// Whether the process had no descriptor left: a little later it may have.
    let isForLack: Bool

    init(_ path: String, code: Int32 = errno) {
        self.path = path
        isForLack = code == EMFILE || code == ENFILE
        reason = String(cString: strerror(code))
    }

    public var description: String { "\(path): \(reason)" }
}

enum FileReader {
    /// A whole file, and when it was last changed, in seconds since 1970.
    static func contents(of path: String) throws(FileError) -> (bytes: [UInt8], modified: Int) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path) }
        let bytes = try read(path: path, offset: 0, length: Int(status.st_size))
        return (bytes, status.st_mtim.tv_sec)
    }

    /// Reads a part of a file; shorter when the file ends before.
    static func read(path: String, offset: Int, length: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: length)
        var filled = 0
        while filled < length {
            let count = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress.map { $0 + filled }, length - filled,
                    off_t(offset + filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}
