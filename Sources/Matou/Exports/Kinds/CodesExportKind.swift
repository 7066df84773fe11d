package import SQL

/// An export of some codes.
package protocol CodesExportKind: ExportKind {
    var codes: QRCodeSelection { get }
}

extension CodesExportKind {
    package func fileName(
        on connection: any Connection, for principal: Principal, title: String
    ) throws -> String {
        try codes.check()
        return title
    }

    /// Each code is a record.
    package func eachKey(
        on connection: any Connection, in context: ExportContext,
        _ body: (String) throws -> Bool
    ) throws {
        do {
            try codes.eachID(on: connection, in: context) { id in
                guard try body(id.text) else { throw EnoughKeys() }
            }
        } catch is EnoughKeys {}
    }
}
