import SQL

extension Connection {
    func insert(
        _ id: NewsCard.ID, _ card: ReplyItem.Card, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            INSERT INTO news_cards (workspace_id, id, title, title_folded, description, url,
                material_id, created_by, created_at, updated_by, updated_at, version)
            VALUES (\(principal.workspace), \(id), \(card.title), \(card.title.folded()),
                \(card.description), \(card.url), \(card.picture), \(principal.actor), \(time),
                \(principal.actor), \(time), 1)
            """)
    }

    func update(
        _ id: NewsCard.ID, _ card: ReplyItem.Card, by principal: Principal, at time: Timestamp
    ) throws {
        try run(
            """
            UPDATE news_cards SET title = \(card.title), title_folded = \(card.title.folded()),
                description = \(card.description), url = \(card.url),
                material_id = \(card.picture), updated_by = \(principal.actor),
                updated_at = \(time), version = version + 1
            WHERE workspace_id = \(principal.workspace) AND id = \(id)
            """)
    }

    func remove(_ id: NewsCard.ID, in workspace: Workspace.ID) throws {
        try run("DELETE FROM news_cards WHERE workspace_id = \(workspace) AND id = \(id)")
    }

    func newsCard(_ id: NewsCard.ID, in workspace: Workspace.ID) throws -> NewsCard? {
        try row(
            """
            SELECT \(fragment: cardColumns) FROM news_cards
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(NewsCard.init)
    }

    func newsCards(
        titled title: String, after cursor: Cursor?, limit: Int, in workspace: Workspace.ID
    ) throws -> [NewsCard] {
        var conditions: [Statement] = ["workspace_id = \(workspace)"]
        if let condition = titleCondition(title) { conditions.append(condition) }
        if let cursor {
            conditions.append(try cursor.rows(below: "created_at"))
        }
        return try rows(
            """
            SELECT \(fragment: cardColumns) FROM news_cards
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).map(NewsCard.init)
    }

    /// Whether a card shows the material as its cover.
    func isCover(_ material: Material.ID, in workspace: Workspace.ID) throws -> Bool {
        try row(
            """
            SELECT id FROM news_cards
            WHERE workspace_id = \(workspace) AND material_id = \(material) LIMIT 1
            """) != nil
    }

    /// What the card names, as far as it is there.
    func references(
        of draft: NewsCard.Draft, for principal: Principal
    ) throws -> ReplyReferences {
        try references(
            of: [.news(draft.card)], on: Account.ID.none, in: principal.workspace)
    }
}

/// Part of a folded title, in any case; nil for any title.
func titleCondition(_ part: String) -> Statement? {
    if part.isEmpty { return nil }
    if part.utf8.count > 8 * ReplyItem.titleBytesMax { return "1 = 0" }
    return #"title_folded LIKE \#(pattern(containing: part)) ESCAPE '\'"#
}

private let cardColumns: Statement = """
    id, title, description, url, material_id, created_by, created_at, updated_by, updated_at,
    version
    """

extension NewsCard {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        card = ReplyItem.Card(
            title: try row.get("title"), description: try row.get("description"),
            url: try row.get("url"), picture: try row.get("material_id"))
        createdBy = try row.get("created_by")
        createdAt = try row.get("created_at")
        updatedBy = try row.get("updated_by")
        updatedAt = try row.get("updated_at")
        version = try row.get("version")
    }
}
