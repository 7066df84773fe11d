import Foundation
import Imaging
import SQL

extension Connection {
    func design(slug: String) throws -> (design: CodeDesign, workspace: Workspace.ID)? {
        try row(
            """
            SELECT code_designs.design AS design, code_designs.workspace_id AS workspace_id
            FROM code_designs JOIN qr_codes ON qr_codes.workspace_id = code_designs.workspace_id
                AND qr_codes.id = code_designs.code_id
            WHERE qr_codes.slug = \(slug) AND qr_codes.deleted_at IS NULL
            """
        ).map { (try CodeDesign(json: $0.get("design")), try $0.get("workspace_id")) }
    }

    func setDesign(
        _ design: CodeDesign, of code: QRCode.ID, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO code_designs
                (workspace_id, code_id, design, logo_id, updated_by, updated_at)
            VALUES (\(principal.workspace), \(code), \(try design.json()), \(design.logo),
                \(principal.actor), \(time))
            ON CONFLICT (workspace_id, code_id) DO UPDATE SET design = excluded.design,
                logo_id = excluded.logo_id, updated_by = excluded.updated_by,
                updated_at = excluded.updated_at
            """)
    }

    /// Gives a new code the looks of its draft, or those that the account's new codes have; the
    /// draft has them then.
    func giveDesign(
        of draft: inout QRCode.Draft, to code: QRCode.ID, on account: Account.ID,
        by principal: Principal, at time: Timestamp
    ) throws {
        if draft.design == nil {
            var design = CodeDesign.plain
            design.logo = try logoOfNewCodes(on: account, in: principal.workspace)
            draft.design = design
        }
        guard let design = draft.design, design != .plain else { return }
        try setDesign(design, of: code, by: principal, at: time)
    }

    /// The code is no more, and never was for anybody.
    func forgetDesign(of code: QRCode.ID, in workspace: Workspace.ID) throws {
        try run("DELETE FROM code_designs WHERE workspace_id = \(workspace) AND code_id = \(code)")
    }

    /// A design without its logo, when that has gone.
    func present(_ design: CodeDesign, in workspace: Workspace.ID) throws -> CodeDesign {
        guard let logo = design.logo, try self.logo(logo, in: workspace) == nil else {
            return design
        }
        var bare = design
        (bare.logo, bare.looks.logoSize) = (nil, nil)
        return bare
    }

    func logoOfNewCodes(
        on account: Account.ID, in workspace: Workspace.ID
    ) throws -> UploadedLogo.ID? {
        try value(
            """
            SELECT logo_id FROM account_logos
            WHERE workspace_id = \(workspace) AND account_id = \(account)
            """)
    }

    /// The new codes of no account have the logo any more.
    func forgetLogoOfNewCodes(_ logo: UploadedLogo.ID, in workspace: Workspace.ID) throws {
        try run(
            "DELETE FROM account_logos WHERE workspace_id = \(workspace) AND logo_id = \(logo)")
    }

    func setLogoOfNewCodes(
        _ logo: UploadedLogo.ID?, on account: Account.ID, by principal: Principal,
        at time: Timestamp
    ) throws {
        guard let logo else {
            try run(
                """
                DELETE FROM account_logos
                WHERE workspace_id = \(principal.workspace) AND account_id = \(account)
                """)
            return
        }
        try run(
            """
            INSERT INTO account_logos (workspace_id, account_id, logo_id, updated_by, updated_at)
            VALUES (\(principal.workspace), \(account), \(logo), \(principal.actor), \(time))
            ON CONFLICT (workspace_id, account_id) DO UPDATE SET logo_id = excluded.logo_id,
                updated_by = excluded.updated_by, updated_at = excluded.updated_at
            """)
    }
}

/// The fields that are not as in the plain design.
extension CodeDesign: Codable {
    package init(from decoder: any Decoder) throws {
        let fields = try [String: String](from: decoder)
        // What was saved was checked.
        var faults = FieldFaults()
        self.init(.plain, &faults) { fields[$0] }
    }

    package func encode(to encoder: any Encoder) throws {
        let own = zip(fields, CodeDesign.plain.fields).filter { $0.text != $1.text }.map(\.0)
        try Dictionary(uniqueKeysWithValues: own.map { ($0.name, $0.text) }).encode(to: encoder)
    }

    init(json: String) throws {
        self = try StoredJSON.value(CodeDesign.self, of: json)
    }

    fileprivate func json() throws -> String { try StoredJSON.text(self) }
}
