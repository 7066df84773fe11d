/// Where answered requests are noted.
public enum AccessLog: Sendable {
    /// Each entry by itself, on an event loop: the closure must be quick.
    case entries(@Sendable (AccessLogEntry) -> Void)
    /// Finished lines, many at a time: once a second, or when 64 KiB have come together. The
    /// closure runs on an event loop.
    case lines(AccessLogFormat, write: @Sendable ([UInt8]) -> Void)

    /// Lines into a file.
    public static func lines(_ format: AccessLogFormat, to file: AccessLogFile) -> AccessLog {
        .lines(format) { file.append($0) }
    }
}
