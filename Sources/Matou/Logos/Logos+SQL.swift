import Imaging
import SQL

extension Connection {
    func logos(
        after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> [UploadedLogo] {
        let beyond: Statement = cursor.map { "AND id < \($0.id)" } ?? ""
        return try rows(
            """
            SELECT id, name, width, height, created_by, created_at FROM logos
            WHERE workspace_id = \(workspace) \(fragment: beyond) ORDER BY id DESC LIMIT \(limit)
            """
        ).map(UploadedLogo.init)
    }

    func logo(_ id: UploadedLogo.ID, in workspace: Workspace.ID) throws -> UploadedLogo? {
        try row(
            """
            SELECT id, name, width, height, created_by, created_at FROM logos
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(UploadedLogo.init)
    }

    func logoImage(_ id: UploadedLogo.ID, in workspace: Workspace.ID) throws -> [UInt8]? {
        try row(
            "SELECT image FROM logos WHERE workspace_id = \(workspace) AND id = \(id)"
        ).map { try $0.get("image") }
    }

    func countLogos(in workspace: Workspace.ID) throws -> Int {
        try value("SELECT COUNT(*) AS logos FROM logos WHERE workspace_id = \(workspace)") ?? 0
    }

    func insertLogo(
        _ id: UploadedLogo.ID, _ logo: Logo, named name: String, by principal: Principal,
        at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO logos
                (workspace_id, id, name, image, width, height, created_by, created_at)
            VALUES (\(principal.workspace), \(id), \(name), \(logo.png()), \(logo.width),
                \(logo.height), \(principal.actor), \(time))
            """)
    }

    /// Whether a code's looks or an account's new codes have it.
    func isUsed(_ id: UploadedLogo.ID, in workspace: Workspace.ID) throws -> Bool {
        let isOfNewCodes =
            try row(
                """
                SELECT account_logos.account_id AS account_id FROM account_logos
                    JOIN accounts ON accounts.workspace_id = account_logos.workspace_id
                        AND accounts.id = account_logos.account_id
                WHERE account_logos.workspace_id = \(workspace) AND account_logos.logo_id = \(id)
                    AND accounts.deleted_at IS NULL LIMIT 1
                """) != nil
        if isOfNewCodes { return true }
        return try row(
            """
            SELECT code_designs.code_id AS code_id FROM code_designs
                JOIN qr_codes ON qr_codes.workspace_id = code_designs.workspace_id
                    AND qr_codes.id = code_designs.code_id
            WHERE code_designs.workspace_id = \(workspace) AND code_designs.logo_id = \(id)
                AND qr_codes.deleted_at IS NULL LIMIT 1
            """) != nil
    }

    /// - Returns: false when it is not there.
    func deleteLogo(_ id: UploadedLogo.ID, in workspace: Workspace.ID) throws -> Bool {
        // Accounts that were deleted may have it still.
        try forgetLogoOfNewCodes(id, in: workspace)
        return try run("DELETE FROM logos WHERE workspace_id = \(workspace) AND id = \(id)") == 1
    }
}

extension UploadedLogo {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        width = try row.get("width")
        height = try row.get("height")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
    }
}
