import Dispatch
import Glibc
import Synchronization

/// A file that lines are appended to, off the event loops. What cannot be written, and what comes
/// while too much waits for a file that takes nothing, is dropped and counted.
public final class AccessLogFile: Sendable {
    private let path: String
    private let queue = DispatchQueue(label: "http.access-log", qos: .utility)
    private let descriptor: Lock<Int32>
    private let dropped = Atomic(0)
    private let waiting = Atomic(0)
    /// Bytes that may wait to be written.
    public static let waitingBytesMax = 8 << 20

    /// - Parameter path: Created if it is not there; `/dev/stdout` for the terminal.
    public init(path: String) throws(FileError) {
        self.path = path
        descriptor = Lock(try Self.open(path))
    }

    deinit {
        descriptor.withLock { _ = close($0) }
    }

    /// Opens the path again, after a log rotation has moved the file away.
    public func reopen() throws(FileError) {
        let fresh = try Self.open(path)
        descriptor.withLock { descriptor in
            close(descriptor)
            descriptor = fresh
        }
    }

    /// Bytes lost because the file could not be written.
    public var bytesDropped: Int { dropped.load(ordering: .relaxed) }

    /// Bytes that have not been written yet.
    public var bytesWaiting: Int { waiting.load(ordering: .relaxed) }

    func append(_ lines: [UInt8]) {
        guard waiting.load(ordering: .relaxed) < Self.waitingBytesMax else {
            dropped.add(lines.count, ordering: .relaxed)
            return
        }
        waiting.add(lines.count, ordering: .relaxed)
        queue.async { [self] in
            let written = descriptor.withLock { Self.write(lines, to: $0) }
            waiting.subtract(lines.count, ordering: .relaxed)
            dropped.add(lines.count - written, ordering: .relaxed)
        }
    }

    /// - Returns: How many bytes have been written: fewer than there are when the disk is full.
    private static func write(_ lines: [UInt8], to descriptor: Int32) -> Int {
        var written = 0
        while written < lines.count {
            let count = lines[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                break
            }
        }
        return written
    }

    /// Returns when what has been appended is written.
    public func flush() {
        queue.sync {}
    }

    private static func open(_ path: String) throws(FileError) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileError(path) }
        return descriptor
    }
}
