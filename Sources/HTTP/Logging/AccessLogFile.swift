import Dispatch
import Glibc
import Synchronization

/// A file that lines are appended to, off the event loops. What cannot be written is dropped and
/// counted.
public final class AccessLogFile: Sendable {
    private let path: String
    private let queue = DispatchQueue(label: "http.access-log", qos: .utility)
    private let descriptor: Lock<Int32>
    private let dropped = Atomic(0)

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

    func append(_ lines: [UInt8]) {
        queue.async { [self] in
            let written = descriptor.withLock { descriptor in
                lines.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            }
            if written < lines.count {
                dropped.add(lines.count - max(0, written), ordering: .relaxed)
            }
        }
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
