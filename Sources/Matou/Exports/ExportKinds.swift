import Foundation
import SQL

/// Every kind of export there is. A new one is a file beside these and a line here.
package enum ExportKinds {
    package static let all: [any ExportKind.Type] = [
        ScannersExport.self, ScanRecordsExport.self, QRCodeLinksExport.self, QRCodesExport.self,
        AudienceMembersExport.self, FormSubmissionsExport.self,
    ]

    static func decode(_ subject: String, of kind: String) throws -> any ExportKind {
        guard let type = all.first(where: { $0.name == kind }) else {
            throw UnknownKind(name: kind)
        }
        return try StoredJSON.value(type, of: subject)
    }

    struct UnknownKind: Error, CustomStringConvertible {
        let name: String
        var description: String { "there is no kind of export \(name)" }
    }
}

/// Leaves a read that goes through keys, when nobody takes more of them.
struct EnoughKeys: Error {}

extension Connection {
    /// Goes through the texts of a statement's first column, until the body wants no more.
    func eachKey(_ statement: Statement, _ body: (String) throws -> Bool) throws {
        do {
            try each(statement) { row in
                guard case .text(let key) = row.values[0], try body(key) else { throw EnoughKeys() }
            }
        } catch is EnoughKeys {}
    }
}
