import CArchive

/// Writes a ZIP archive piece by piece, so that it can be sent while it is made: what has been
/// written is taken out with `take()`, and memory holds no more than that.
public final class ZipWriter {
    /// How the bytes of every entry are kept.
    public enum Compression: Sendable {
        /// For what is compressed already, such as PNG.
        case stored
        case deflated
    }

    /// What libarchive refused, in its words.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Where libarchive's callback puts its bytes.
    private final class Sink {
        var bytes: [UInt8] = []
    }

    private static let regularFile: UInt32 = 0o100000

    private let sink = Sink()
    private let archive: OpaquePointer
    /// Seconds since 1970 that every entry carries.
    private let modified: Int

    /// - Parameter modified: seconds since 1970 that every entry carries.
    public init(_ compression: Compression, modified: Int64) throws {
        guard let archive = archive_write_new() else {
            throw Failure(description: "there is no memory for an archive")
        }
        self.archive = archive
        self.modified = Int(modified)
        archive_write_set_format_zip(archive)
        switch compression {
        case .stored: archive_write_zip_set_compression_store(archive)
        case .deflated: archive_write_zip_set_compression_deflate(archive)
        }
        try check(archive_write_set_options(archive, "hdrcharset=UTF-8"))
        // Otherwise the end is padded to a block of tape.
        try check(archive_write_set_bytes_in_last_block(archive, 1))
        let opened = archive_write_open(
            archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
            { _, sink, bytes, count in
                guard let sink, let bytes else { return -1 }
                Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue()
                    .bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
                return count
            }, nil)
        try check(opened)
    }

    deinit { archive_write_free(archive) }

    /// Begins a file of the archive. Exactly `size` bytes are to follow.
    ///
    /// - Parameter name: a path with `/`; unique in the archive, which is the caller's care.
    public func begin(_ name: String, size: Int) throws {
        guard let entry = archive_entry_new() else {
            throw Failure(description: "there is no memory for an entry")
        }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname_utf8(entry, name)
        archive_entry_set_size(entry, Int64(size))
        archive_entry_set_filetype(entry, Self.regularFile)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, modified, 0)
        try check(archive_write_header(archive, entry))
    }

    /// Adds bytes to the file that was begun: in all as many as `begin` was told.
    public func write(_ bytes: some Sequence<UInt8>) throws {
        let written = bytes.withContiguousStorageIfAvailable {
            archive_write_data(archive, $0.baseAddress, $0.count)
        }
        if let written {
            try check(Int32(clamping: written))
        } else {
            try write(Array(bytes))
        }
    }

    /// The bytes that have been written since the last call.
    public func take() -> [UInt8] {
        defer { sink.bytes.removeAll(keepingCapacity: true) }
        return sink.bytes
    }

    /// Writes the directory at the end. Nothing may follow but a last `take()`.
    public func finish() throws {
        try check(archive_write_close(archive))
    }

    private func check(_ status: Int32) throws {
        guard status < ARCHIVE_WARN else { return }
        throw Failure(
            description: archive_error_string(archive).map { String(cString: $0) }
                ?? "libarchive failed with \(status)")
    }
}
