import Foundation

/// Workbooks and archives as readers see them that share nothing with ours: Python's openpyxl and
/// zipfile, in an environment that is made once and kept in the temporary folder.
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
    private static let making = Making()

    private static func json(_ kind: String, _ path: String) async throws -> Any {
        let output = try await BackgroundProcess.run(
            try await making.interpreter(), ["\(folder)/read.py", kind, path])
        return try JSONSerialization.jsonObject(with: Data(output.utf8))
    }

    private actor Making {
        private var made: Task<String, any Error>?

        func interpreter() async throws -> String {
            let task = made ?? Task { try await Self.make() }
            made = task
            return try await task.value
        }

        private static func make() async throws -> String {
            let place = FileManager.default.temporaryDirectory
                .appendingPathComponent("matou-openpyxl-3.1.5-\(getuid())").path
            let python = "\(place)/bin/python3"
            if FileManager.default.isExecutableFile(atPath: python),
                (try? await BackgroundProcess.run(python, ["-c", "import openpyxl"])) != nil
            {
                return python
            }
            _ = try await BackgroundProcess.run("python3", ["-m", "venv", "--clear", place])
            _ = try await BackgroundProcess.run(
                python, ["-m", "pip", "install", "-q", "-r", "\(folder)/requirements.txt"])
            return python
        }
    }
}
