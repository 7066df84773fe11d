import Glibc
import SQL

/// Files that only their owner can read; SQLite gives its log the rights of the database.
enum PrivateFile {
    /// Makes an empty file, unless there is one; a new one `exclusively` if asked to.
    static func make(at path: String, exclusively: Bool = false) throws(DatabaseError) {
        let flags = O_CREAT | O_RDWR | O_CLOEXEC | (exclusively ? O_EXCL : 0)
        let file = open(path, flags, 0o600)
        guard file >= 0 else { throw .last("open", path) }
        Glibc.close(file)
    }

    /// Moves a finished file to its name, so that no crash leaves half of one there.
    static func publish(_ draft: String, as path: String) throws(DatabaseError) {
        try flush(draft)
        // Unlike a rename, a link never replaces a file.
        guard link(draft, path) == 0 else { throw .last("link", path) }
        unlink(draft)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try flush(folder.isEmpty ? "/" : folder)
    }

    private static func flush(_ path: String) throws(DatabaseError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last("open", path) }
        defer { Glibc.close(file) }
        guard fsync(file) == 0 else { throw .last("fsync", path) }
    }
}

extension DatabaseError {
    /// The error of the last system call.
    fileprivate static func last(_ call: String, _ path: String) -> Self {
        let number = errno
        let words = "\(call) \(path): \(String(cString: strerror(number)))"
        return number == ENOSPC ? .full(words: words) : .other(code: String(number), words: words)
    }
}
