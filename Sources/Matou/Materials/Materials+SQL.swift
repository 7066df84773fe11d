import SQL

extension Connection {
    func insert(_ material: Material, in workspace: Workspace.ID) throws {
        let media = material.media
        let milliseconds = media.duration?.milliseconds
        try run(
            """
            INSERT INTO materials (workspace_id, id, kind, name, name_folded, sha256, bytes, format,
                width, height, duration_ms, animated, slug, created_by, created_at, updated_by,
                updated_at, version)
            VALUES (\(workspace), \(material.id), \(material.kind), \(material.name),
                \(material.name.folded()), \(material.sha256), \(media.byteCount),
                \(media.format), \(media.size?.width), \(media.size?.height), \(milliseconds),
                \(media.isAnimated), \(material.slug), \(material.createdBy),
                \(material.createdAt), \(material.updatedBy), \(material.updatedAt), 1)
            """)
    }

    func material(_ id: Material.ID, in workspace: Workspace.ID) throws -> Material? {
        try row(
            """
            SELECT \(fragment: materialColumns) FROM materials
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NULL
            """
        ).map(Material.init)
    }

    /// By its bytes; one that is out of the lists too.
    func material(sha256: String, in workspace: Workspace.ID) throws -> Material? {
        try row(
            """
            SELECT \(fragment: materialColumns) FROM materials
            WHERE workspace_id = \(workspace) AND sha256 = \(sha256)
            """
        ).map(Material.init)
    }

    /// Whether a material or the cover of an article has these bytes.
    func isFileNamed(_ sha256: String, in workspace: Workspace.ID) throws -> Bool {
        try row(
            """
            SELECT id FROM materials WHERE workspace_id = \(workspace) AND sha256 = \(sha256)
            UNION ALL
            SELECT id FROM articles
            WHERE workspace_id = \(workspace) AND thumb_sha256 = \(sha256)
            """) != nil
    }

    func material(slug: String) throws -> (Material, Workspace.ID)? {
        try row(
            """
            SELECT workspace_id, \(fragment: materialColumns) FROM materials WHERE slug = \(slug)
            """
        ).map { (try Material($0), try $0.get("workspace_id")) }
    }

    /// Those of `ids` that are there, out of the lists too where `isDeleted` says.
    func materials(
        _ ids: [Material.ID], withDeleted: Bool = false, in workspace: Workspace.ID
    ) throws -> [Material] {
        let listed: Statement = withDeleted ? "1 = 1" : "deleted_at IS NULL"
        return try rows(
            """
            SELECT \(fragment: materialColumns) FROM materials
            WHERE workspace_id = \(workspace) AND id IN \(list: ids) AND \(fragment: listed)
            """
        ).map(Material.init)
    }

    func materials(
        _ filter: MaterialFilter, after cursor: Cursor?, limit: Int, for principal: Principal
    ) throws -> [Material] {
        var conditions: [Statement] = [
            "workspace_id = \(principal.workspace)", "deleted_at IS NULL",
        ]
        if let kind = filter.kind { conditions.append("kind = \(kind)") }
        if filter.isMine { conditions.append("created_by = \(principal.actor)") }
        if filter.name.utf8.count > 8 * Material.nameLimit {
            conditions.append("1 = 0")
        } else if !filter.name.isEmpty {
            conditions.append(
                #"name_folded LIKE \#(pattern(containing: filter.name)) ESCAPE '\'"#)
        }
        if let cursor {
            conditions.append(try cursor.rows(below: "created_at"))
        }
        return try rows(
            """
            SELECT \(fragment: materialColumns) FROM materials
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Material.init)
    }

    func rename(
        _ id: Material.ID, to name: String, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            UPDATE materials SET name = \(name), name_folded = \(name.folded()),
                updated_by = \(principal.actor), updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    func listAgain(_ id: Material.ID, in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE materials SET deleted_at = NULL
            WHERE workspace_id = \(workspace) AND id = \(id) AND deleted_at IS NOT NULL
            """)
    }

    func unlist(_ id: Material.ID, by principal: Principal, at time: Timestamp) throws {
        try run(
            """
            UPDATE materials SET deleted_at = \(time), updated_by = \(principal.actor),
                updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    func remove(_ id: Material.ID, in workspace: Workspace.ID) throws {
        try run(
            "DELETE FROM temporary_media WHERE workspace_id = \(workspace) AND source = \(id)")
        try run("DELETE FROM materials WHERE workspace_id = \(workspace) AND id = \(id)")
    }

    func standings(
        of ids: [Material.ID], at now: Timestamp, in workspace: Workspace.ID
    ) throws -> [Material.ID: [MaterialStanding]] {
        let rows = try rows(
            """
            SELECT source, accounts.id AS account, accounts.name AS account_name, media_id,
                expires_at, failure_code, failure_words, temporary_media.updated_at AS updated_at
            FROM temporary_media
            JOIN accounts ON accounts.workspace_id = temporary_media.workspace_id
                AND accounts.id = temporary_media.account_id
            WHERE temporary_media.workspace_id = \(workspace) AND source IN \(list: ids)
            ORDER BY accounts.created_at, accounts.id
            """)
        var standings: [Material.ID: [MaterialStanding]] = [:]
        for row in rows {
            standings[try row.get("source"), default: []].append(
                MaterialStanding(
                    account: try row.get("account"), accountName: try row.get("account_name"),
                    state: try MaterialStanding.State(row, at: now)))
        }
        return standings
    }
}

extension MaterialStanding.State {
    fileprivate init(_ row: Row, at now: Timestamp) throws {
        let expiry: Timestamp? = try row.get("expires_at")
        if let fault = try WeChatFault(row, code: "failure_code", words: "failure_words") {
            self = .rejected(fault, at: try row.get("updated_at"))
        } else if let expiry, expiry > now {
            self = .uploaded(until: expiry)
        } else {
            self = .expired
        }
    }
}

private let materialColumns: Statement = """
    id, name, sha256, bytes, format, width, height, duration_ms, animated, slug, created_by,
    created_at, updated_by, updated_at, version
    """

extension Material {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        name = try row.get("name")
        sha256 = try row.get("sha256")
        let width: Int? = try row.get("width")
        let height: Int? = try row.get("height")
        let milliseconds: Int? = try row.get("duration_ms")
        media = MediaFile(
            format: try row.get("format"), byteCount: try row.get("bytes"),
            size: width.flatMap { width in height.map { .init(width: width, height: $0) } },
            duration: milliseconds.map { .milliseconds($0) },
            isAnimated: try row.get("animated"))
        slug = try row.get("slug")
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        updatedBy = try row.get("updated_by")
        updatedAt = try row.get("updated_at")
        version = try row.get("version")
    }
}
