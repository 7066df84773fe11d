import Glibc
import Sheets

/// Keys, one a line, in a file: the frozen records of an export, which may be millions.
enum KeyFile {
    private static let blockBytes = 64 << 10

    final class Writer {
        private let file: UnsafeMutablePointer<FILE>
        private(set) var count = 0

        init(path: String) throws {
            guard let file = fopen(path, "we") else {
                throw TableFailure(errno: path)
            }
            self.file = file
        }

        deinit { fclose(file) }

        func append(_ key: String) throws {
            guard fputs(key, file) >= 0, fputc(0x0A, file) >= 0 else {
                throw TableFailure(errno: "the keys cannot be written")
            }
            count += 1
        }

        func finish() throws {
            guard fflush(file) == 0, fsync(fileno(file)) == 0 else {
                throw TableFailure(errno: "the keys cannot be written")
            }
        }
    }

    final class Reader {
        private let descriptor: Int32
        private var block: ArraySlice<UInt8> = []

        /// - Parameter count: lines to pass over.
        init(path: String, skipping count: Int) throws {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw TableFailure(description: "\(path) is gone") }
            for _ in 0..<count { _ = try line() }
        }

        deinit { close(descriptor) }

        /// The next lines, fewer at the end.
        func next(_ count: Int) throws -> [String] {
            var lines: [String] = []
            lines.reserveCapacity(count)
            while lines.count < count, let line = try line() {
                lines.append(String(decoding: line, as: UTF8.self))
            }
            return lines
        }

        private func line() throws -> ArraySlice<UInt8>? {
            while true {
                if let end = block.firstIndex(of: 0x0A) {
                    defer { block = block[(end + 1)...] }
                    return block[..<end]
                }
                let more = try read()
                if more.isEmpty { return nil }
                block = (Array(block) + more)[...]
            }
        }

        private func read() throws -> [UInt8] {
            try [UInt8](unsafeUninitializedCapacity: KeyFile.blockBytes) { buffer, count in
                var got: Int
                repeat {
                    got = Glibc.read(descriptor, buffer.baseAddress, KeyFile.blockBytes)
                } while got < 0 && errno == EINTR
                guard got >= 0 else { throw TableFailure(errno: "the keys cannot be read") }
                count = got
            }
        }
    }
}
