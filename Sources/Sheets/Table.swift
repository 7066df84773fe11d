import Glibc

/// One value of a table.
public enum Cell: Sendable, Hashable {
    case empty
    case text(String)
    case integer(Int)

    /// Empty for nil and for the empty text.
    public init(_ text: String?) {
        self = text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .empty
    }
}

/// A table that is written row by row into a file.
///
/// A text is a text: nothing that a cell says becomes a formula when the file is opened.
public protocol TableWriter: AnyObject {
    func append(_ row: [Cell]) throws
    /// Completes the file and makes it durable. Nothing may follow.
    func finish() throws
}

/// A file that could not be written, in the words of what refused.
public struct TableFailure: Error, CustomStringConvertible {
    public let description: String
    /// Whether there is no space left for it.
    public let isDiskFull: Bool

    public init(description: String, isDiskFull: Bool = false) {
        self.description = description
        self.isDiskFull = isDiskFull
    }

    /// The system's error of the last call.
    public init(errno what: String) {
        let error = Glibc.errno
        self.init(
            description: "\(what): \(String(cString: strerror(error)))",
            isDiskFull: error == ENOSPC || error == EDQUOT)
    }
}

/// The kinds of file that a table can be.
public enum TableFormat: String, Sendable, CaseIterable {
    case xlsx, csv

    /// Begins the file with the heads of its columns.
    ///
    /// - Parameter path: of a file that is made, or emptied.
    public func writer(at path: String, heads: [String]) throws -> any TableWriter {
        switch self {
        case .xlsx: try XLSXWriter(path: path, heads: heads)
        case .csv: try CSVWriter(path: path, heads: heads)
        }
    }
}
