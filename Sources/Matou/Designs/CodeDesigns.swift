import Foundation
package import Imaging
import SQL

/// What each code looks like.
package struct CodeDesigns: Sendable {
    let database: any Database
    let clock: WallClock
    let logos: Logos

    /// A text as long as those that WeChat gives: what a code that is not made yet is judged by.
    private static let sample = "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"

    /// The design of a code; plain when none was chosen.
    package func find(_ code: QRCode.ID, in workspace: Workspace.ID) async throws -> CodeDesign {
        try await database.read { try $0.design(of: code, in: workspace) } ?? .plain
    }

    /// The design of the code of a public address, and whose it is; nil without one.
    package func find(
        slug: String
    ) async throws -> (design: CodeDesign, workspace: Workspace.ID)? {
        try await database.read { try $0.design(slug: slug) }
    }

    /// Keeps a design that was proven to be read.
    ///
    /// - Throws: as `proven`; `Refusal.forbidden` below editor.
    package func save(
        _ design: CodeDesign, of code: QRCode, by principal: Principal
    ) async throws {
        guard principal.role >= .editor else { throw Refusal.forbidden(needs: .editor) }
        _ = try await proven(design, of: code, in: principal.workspace)
        let now = clock.now()
        try await database.write { connection in
            try connection.setDesign(design, of: code.id, by: principal, at: now)
        }
    }

    /// The picture of a code in a design, read back.
    ///
    /// - Throws: `Refusal.unreadable`; `Refusal.invalid` for a logo that is not there, a size that is
    ///   too small and a level at which the text does not fit.
    package func proven(
        _ design: CodeDesign, of code: QRCode, size: QRPicture.Size = .pixels(430),
        in workspace: Workspace.ID
    ) async throws -> QRDrawing.Proven {
        let image = try await logo(of: design, in: workspace)
        let content = code.made?.content ?? Self.sample
        do {
            return try design.drawing(of: content, logo: image, size: size).proven()
        } catch {
            throw Refusal(error, of: design)
        }
    }

    private func logo(of design: CodeDesign, in workspace: Workspace.ID) async throws -> Logo? {
        guard let id = design.logo else { return nil }
        do { return try Logo(file: await logos.image(id, in: workspace)) } catch Refusal.missing {
            throw Refusal.invalid("logo", .unknown)
        }
    }
}

extension Connection {
    func design(of code: QRCode.ID, in workspace: Workspace.ID) throws -> CodeDesign? {
        try row(
            """
            SELECT design FROM code_designs
            WHERE workspace_id = \(workspace) AND code_id = \(code)
            """
        ).map(CodeDesign.init)
    }

    func design(slug: String) throws -> (design: CodeDesign, workspace: Workspace.ID)? {
        try row(
            """
            SELECT code_designs.design AS design, code_designs.workspace_id AS workspace_id
            FROM code_designs JOIN qr_codes ON qr_codes.workspace_id = code_designs.workspace_id
                AND qr_codes.id = code_designs.code_id
            WHERE qr_codes.slug = \(slug) AND qr_codes.deleted_at IS NULL
            """
        ).map { (try CodeDesign($0), try $0.get("workspace_id")) }
    }

    func setDesign(
        _ design: CodeDesign, of code: QRCode.ID, by principal: Principal, at time: Timestamp
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let fields = Dictionary(uniqueKeysWithValues: design.fields.map { ($0.name, $0.text) })
        let json = String(decoding: try encoder.encode(fields), as: UTF8.self)
        try run(
            """
            INSERT INTO code_designs
                (workspace_id, code_id, design, logo_id, updated_by, updated_at)
            VALUES (\(principal.workspace), \(code), \(json), \(design.logo), \(principal.actor),
                \(time))
            ON CONFLICT (workspace_id, code_id) DO UPDATE SET design = excluded.design,
                logo_id = excluded.logo_id, updated_by = excluded.updated_by,
                updated_at = excluded.updated_at
            """)
    }
}

extension CodeDesign {
    fileprivate init(_ row: Row) throws {
        let json: String = try row.get("design")
        let fields = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        // What was saved was checked.
        var faults = FieldFaults()
        self.init(.plain, &faults) { fields[$0] }
    }
}
