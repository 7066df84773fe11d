import Foundation
import TestSupport

/// Workbooks and archives as readers see them that share nothing with ours: Python's openpyxl and
/// zipfile.
package enum OtherReader {
    package struct CellRead: Sendable, Equatable {
        package let text: String
        /// openpyxl's type: `s` a string, `n` a number, `f` a formula.
        package let type: String
    }

    /// The rows of a workbook's sheet.
    package static func workbook(_ path: String) async throws -> [[CellRead]] {
        let rows = try await json("xlsx", path) as? [[[Any]]] ?? []
        return rows.map { row in
            row.map { cell in
                CellRead(
                    text: cell.first.map { $0 is NSNull ? "" : "\($0)" } ?? "",
                    type: cell.last as? String ?? "")
            }
        }
    }

    /// The names and sizes of an archive's files, whose checksums are right.
    package static func archive(_ path: String) async throws -> [String: Int] {
        try await json("zip", path) as? [String: Int] ?? [:]
    }

    /// How many rows the workbooks in an archive have under their heads, and how many different texts
    /// in the first column.
    package static func workbooks(_ path: String) async throws -> (rows: Int, keys: Int) {
        let found = try await json("keys", path) as? [String: Int] ?? [:]
        return (found["rows"] ?? 0, found["keys"] ?? 0)
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("reading").path
    private static let environment = PythonEnvironment(
        "openpyxl", requirements: "\(folder)/requirements.txt")

    private static func json(_ kind: String, _ path: String) async throws -> Any {
        let output = try await environment.run("\(folder)/read.py", [kind, path])
        return try JSONSerialization.jsonObject(with: Data(output.utf8))
    }
}
