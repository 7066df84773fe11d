package import SQL
package import Sheets

/// Records as files 导出: asked for once, written in the background, kept for a while.
package struct Export: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Export>
    package static let idPrefix = "ex"
    /// Records of one export; what is beyond is left out, and said to be.
    package static let recordsMax = 2_000_000
    /// Records of one file. More of them are several files, in one ZIP.
    package static let recordsPerFile = 100_000
    /// How long the result is kept.
    package static let keptFor: Duration = .seconds(7 * 86_400)
    /// How long a link to the result leads to it.
    package static let linkedFor: Duration = .seconds(3600)
    /// Bytes of the results that are kept for a person, before they may ask for another; a workbook
    /// of two million records has some 100 MB.
    package static let keptBytesMax = 2_000_000_000
    /// A person's that are waiting or being written at a time.
    package static let underWayMax = 5
    /// The order of the list.
    package static let sort = "-created_at"

    package let id: ID
    package let kind: String
    package let format: ExportFormat
    package let language: Language
    /// Of the file, without its ending.
    package let name: String
    package let state: State
    /// In all; nil until they have been found.
    package let records: Int?
    package let written: Int
    package let isTruncated: Bool
    /// Complete files, which a restart goes on after.
    package let files: Int
    /// Why it was given up; nil unless it has failed.
    package let failure: Failure?
    /// Of the result.
    package let bytes: Int?
    package let createdBy: String
    package let createdAt: Timestamp
    package let finishedAt: Timestamp?
    package let expiresAt: Timestamp?

    package enum State: String, Sendable, CaseIterable, ValueConvertible {
        case waiting, running, done, failed, cancelled
        /// The result was kept its time and is gone.
        case expired

        package var isUnderWay: Bool { self == .waiting || self == .running }
    }

    /// Why an export was given up.
    package enum Failure: String, Sendable, CaseIterable, ValueConvertible {
        /// No space was left where its files are written.
        case diskFull = "disk_full"
        /// Anything else, as often as an export is tried; the log says what.
        case gaveUp = "gave_up"
    }

    /// Part of the way, 0…1.
    package var progress: Double {
        if state == .done { return 1 }
        guard let records, records > 0 else { return 0 }
        return Double(written) / Double(records)
    }

    /// The result's ending: several files come in a ZIP.
    var ending: String {
        (records ?? 0) > Self.recordsPerFile ? "zip" : format.rawValue
    }

    package var fileName: String { "\(name).\(ending)" }
}

package typealias ExportFormat = TableFormat

/// One kind of export: which records there are, and what a row says of each.
///
/// The records are frozen before the first is written: their keys go to a file, in one short read.
/// So a list that changes meanwhile neither misses a record nor has one twice, progress is exact,
/// and a restart goes on where the last complete file ended. What a row says is as it is when the
/// row is written.
package protocol ExportKind: Codable, Sendable {
    /// A stable name for the API and the store.
    static var name: String { get }

    /// The head of each column.
    func heads(in context: ExportContext) -> [String]

    /// The name of the file, without its ending.
    ///
    /// - Parameter title: what the kind is called, in the language of the export.
    /// - Throws: `Refusal` when the principal may not have this, or it is not there.
    func fileName(
        on connection: any Connection, for principal: Principal, title: String
    ) throws -> String

    /// Hands over the key of each record in the order of the file, until `body` has enough.
    ///
    /// - Parameter body: takes a key, which holds no line end; returns false to stop.
    func eachKey(
        on connection: any Connection, in context: ExportContext, _ body: (String) throws -> Bool
    ) throws

    /// The rows of some records, in the order of their keys; one that is gone has none.
    func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]]
}

/// What every row of an export is written with.
package struct ExportContext: Sendable {
    package let workspace: Workspace
    package let language: Language
    package let now: Timestamp
    let locales: Locales
    let times: LocalTimes

    /// The text of a key in the language of the export.
    func text(_ key: String, _ values: [String: String] = [:]) -> String {
        locales.text(key, values, in: language)
    }

    func heads(_ names: [String]) -> [String] { names.map { text("exports.column.\($0)") } }

    func answer(_ isSo: Bool) -> Cell { .text(text(isSo ? "exports.yes" : "exports.no")) }

    /// `2026-11-21 14:02:11` in the workspace's zone.
    func time(_ time: Timestamp) -> Cell { .text(times.text(time)) }
    func time(_ time: Timestamp?) -> Cell { time.map { self.time($0) } ?? .empty }

    /// Names in one cell.
    func list(_ names: [String]?) -> Cell {
        guard let names, !names.isEmpty else { return .empty }
        return .text(names.joined(separator: text("exports.between")))
    }
}
