import Archives
import Foundation
import Sheets

/// Where the files of exports are: a folder for each, below the data folder.
package struct ExportFiles: Sendable {
    private static let pieceBytes = 256 << 10

    /// Ends without `/`.
    let folder: String

    /// A complete file to hand out.
    package struct Result: Sendable {
        package let path: String
        package let bytes: Int
        package let fileName: String
    }

    init(dataFolder: String) { folder = dataFolder + "/exports" }

    func result(of export: Export) -> Result? {
        let path = self.path(of: export.id, "result")
        guard let bytes = Self.size(path) else { return nil }
        return Result(path: path, bytes: bytes, fileName: export.fileName)
    }

    func make(_ id: Export.ID) throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder)/\(id)", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    func remove(_ id: Export.ID) {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(id)")
    }

    /// The frozen keys, one a line.
    func keys(_ id: Export.ID) -> String { path(of: id, "keys") }

    /// - Parameter number: from 0.
    func part(_ id: Export.ID, _ number: Int) -> String { path(of: id, "part-\(number + 1)") }

    private func path(of id: Export.ID, _ name: String) -> String { "\(folder)/\(id)/\(name)" }

    static func size(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue
    }

    /// Makes the result of the complete parts: the one there is, or a ZIP of several.
    ///
    /// - Returns: its size in bytes.
    func complete(_ export: Export, parts: Int, at time: Timestamp) throws -> Int {
        let result = path(of: export.id, "result")
        // An earlier attempt may have come this far: what has this name is complete.
        if Self.size(result) == nil {
            var complete = part(export.id, 0)
            if parts > 1 {
                complete = result + ".begun"
                try zip(export, parts: parts, to: complete, at: time)
            }
            try replace(result, with: complete)
        }
        for number in 0..<parts {
            try? FileManager.default.removeItem(atPath: part(export.id, number))
        }
        try? FileManager.default.removeItem(atPath: keys(export.id))
        guard let bytes = Self.size(result) else {
            throw TableFailure(description: "the files of \(export.id) are gone")
        }
        return bytes
    }

    /// Puts a complete file in place of another, at once.
    func replace(_ path: String, with complete: String) throws {
        guard rename(complete, path) == 0 else {
            throw TableFailure(errno: "\(path) cannot be put in place")
        }
    }

    private func zip(_ export: Export, parts: Int, to path: String, at time: Timestamp) throws {
        // A workbook is a ZIP itself and does not shrink.
        let archive = try ZipWriter(
            export.format == .xlsx ? .stored : .deflated, modified: time.seconds)
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let output = FileHandle(forWritingAtPath: path)
        else { throw TableFailure(errno: path) }
        defer { try? output.close() }
        for number in 0..<parts {
            let source = part(export.id, number)
            guard let input = FileHandle(forReadingAtPath: source), let size = Self.size(source)
            else { throw TableFailure(description: "\(source) is gone") }
            defer { try? input.close() }
            try archive.begin(
                "\(export.name)-\(number + 1).\(export.format.rawValue)", size: size)
            while let piece = try input.read(upToCount: Self.pieceBytes), !piece.isEmpty {
                try archive.write(piece)
                try output.write(contentsOf: archive.take())
            }
        }
        try archive.finish()
        try output.write(contentsOf: archive.take())
        try output.synchronize()
    }
}
