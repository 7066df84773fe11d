import SQL

/// Who wears a tag, and which codes put it on: what is lost with it.
extension Tags {
    /// The order of every list of codes that put a tag on, the oldest code first.
    package static let usesSort = "code_id"
    /// More people than these are not counted for a question.
    package static let wearersMax = 10_000
    /// Nor more than these for a line of a list.
    package static let listedWearersMax = 1_000

    /// How many people wear a contact tag; nil for more than `wearersMax`.
    package func wearers(
        of tag: ContactTag.ID, for principal: Principal
    ) async throws -> Int? {
        try await database.read {
            try $0.wearers(of: [tag], atMost: Self.wearersMax, in: principal.workspace)[tag]
        }
    }

    /// How many people wear each of these contact tags; those of more than `listedWearersMax` are not
    /// in it.
    package func wearers(
        of tags: [ContactTag], for principal: Principal
    ) async throws -> [ContactTag.ID: Int] {
        try await database.read {
            try $0.wearers(
                of: tags.map(\.id), atMost: Self.listedWearersMax, in: principal.workspace)
        }
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
    ///
    /// - Parameter limit: tags on more contacts are left out, whoever these are merged with.
    fileprivate func wearers(
        of tags: [ContactTag.ID], atMost limit: Int, in workspace: Workspace.ID
    ) throws -> [ContactTag.ID: Int] {
        let found = try rows(
            """
            SELECT id AS tag_id,
                (SELECT COUNT(*) FROM (
                    SELECT contact_id FROM contact_taggings
                    WHERE contact_taggings.workspace_id = contact_tags.workspace_id
                        AND contact_taggings.tag_id = contact_tags.id
                    LIMIT \(limit + 1)) AS tagged) AS taggings,
                (SELECT COUNT(DISTINCT head) FROM (
                    SELECT COALESCE(contacts.head, contact_taggings.contact_id) AS head
                    FROM contact_taggings LEFT JOIN contacts
                        ON contacts.workspace_id = contact_taggings.workspace_id
                        AND contacts.id = contact_taggings.contact_id
                    WHERE contact_taggings.workspace_id = contact_tags.workspace_id
                        AND contact_taggings.tag_id = contact_tags.id
                    LIMIT \(limit)) AS worn) AS wearers
            FROM contact_tags WHERE workspace_id = \(workspace) AND id IN \(list: tags)
            """)
        return try found.reduce(into: [:]) { counts, row in
            let taggings: Int = try row.get("taggings")
            let tag: ContactTag.ID = try row.get("tag_id")
            if taggings <= limit { counts[tag] = try row.get("wearers") as Int }
        }
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
