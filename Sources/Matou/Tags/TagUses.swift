import SQL

/// Who wears a tag, and which codes put it on: what is lost with it.
extension Tags {
    /// The order of every list of codes that put a tag on, the oldest code first.
    package static let usesSort = "code_id"
    /// More people than these are not counted for a question.
    package static let wearersMax = 10_000

    /// How many people wear a contact tag; nil for more than `wearersMax`.
    package func wearers(
        of tag: ContactTag.ID, for principal: Principal
    ) async throws -> Int? {
        let count = try await database.read {
            try $0.wearers(of: tag, atMost: Self.wearersMax + 1, in: principal.workspace)
        }
        return count > Self.wearersMax ? nil : count
    }

    /// The codes that are there and put a contact tag on who scans them.
    ///
    /// - Throws: `Refusal.missing`.
    package func uses(
        of tag: ContactTag.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<CodeName> {
        let id = try await contactTag(tag, for: principal).id
        return try await database.read {
            try $0.codes(putting: id, after: cursor, limit: limit, in: principal.workspace)
        }
    }
}

extension Connection {
    /// People, and not the identities that they consist of.
    fileprivate func wearers(
        of tag: ContactTag.ID, atMost limit: Int, in workspace: Workspace.ID
    ) throws -> Int {
        try value(
            """
            SELECT COUNT(DISTINCT head) AS wearers FROM (
                SELECT COALESCE(contacts.head, contact_taggings.contact_id) AS head
                FROM contact_taggings LEFT JOIN contacts
                    ON contacts.workspace_id = contact_taggings.workspace_id
                    AND contacts.id = contact_taggings.contact_id
                WHERE contact_taggings.workspace_id = \(workspace)
                    AND contact_taggings.tag_id = \(tag)
                LIMIT \(limit)) AS worn
            """) ?? 0
    }

    fileprivate func codes(
        putting tag: ContactTag.ID, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> Page<CodeName> {
        let codes = try rows(
            """
            SELECT id AS code_id, name AS code_name, source AS code_source FROM qr_codes
            WHERE workspace_id = \(workspace) AND deleted_at IS NULL
                AND tags LIKE \("%\"\(tag)\"%") AND id > \(cursor?.id ?? "")
            ORDER BY id LIMIT \(limit + 1)
            """
        ).compactMap(CodeName.init(optional:))
        return Page(codes, limit: limit) {
            Cursor(sort: Tags.usesSort, key: "", id: $0.id.text)
        }
    }
}
