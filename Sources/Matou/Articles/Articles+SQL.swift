import SQL
import WeChat

extension Connection {
    /// Stores an article as WeChat has it now; one that is known keeps its id.
    func keep(
        _ article: SyncedArticle, as fresh: Article.ID, of account: Account.ID,
        in workspace: Workspace.ID, at time: Timestamp
    ) throws {
        let first = article.first
        try run(
            """
            INSERT INTO articles (workspace_id, id, account_id, draft_id, published, title,
                title_folded, digest, url, article_count, thumb_id, changed_at, synced_at)
            VALUES (\(workspace), \(fresh), \(account), \(article.reference.id),
                \(article.reference.isPublished), \(first.title), \(first.title.folded()),
                \(first.digest), \(first.url), \(article.count), \(first.thumbMediaID),
                \(article.changedAt), \(time))
            ON CONFLICT (workspace_id, account_id, draft_id) DO UPDATE SET
                title = excluded.title, title_folded = excluded.title_folded, digest = excluded.digest, url = excluded.url,
                article_count = excluded.article_count, changed_at = excluded.changed_at,
                synced_at = excluded.synced_at, gone_at = NULL,
                thumb_sha256 = CASE WHEN articles.thumb_id = excluded.thumb_id
                    THEN articles.thumb_sha256 END,
                thumb_id = excluded.thumb_id
            """)
    }

    func markGone(
        of account: Account.ID, syncedBefore time: Timestamp, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE articles SET gone_at = \(time)
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND gone_at IS NULL
                AND synced_at < \(time)
            """)
    }

    /// The account's codes that phones can still scan and whose replies name an article that is gone.
    func countCodesWithGone(
        of account: Account.ID, in workspace: Workspace.ID, at time: Timestamp
    ) throws -> Int {
        try value(
            """
            SELECT COUNT(DISTINCT qr_codes.id) AS codes FROM articles
            JOIN reply_uses ON reply_uses.workspace_id = articles.workspace_id
                AND reply_uses.part_id = articles.id
            JOIN qr_codes ON qr_codes.workspace_id = reply_uses.workspace_id
                AND qr_codes.id = reply_uses.code_id
            WHERE articles.workspace_id = \(workspace) AND articles.account_id = \(account)
                AND articles.gone_at IS NOT NULL AND qr_codes.deleted_at IS NULL
                AND (qr_codes.expires_at IS NULL OR qr_codes.expires_at > \(time))
            """) ?? 0
    }

    func article(_ id: Article.ID, in workspace: Workspace.ID) throws -> Article? {
        try row(
            """
            SELECT \(fragment: articleColumns) FROM articles
            WHERE workspace_id = \(workspace) AND id = \(id)
            """
        ).map(Article.init)
    }

    func articles(
        of account: Account.ID, titled title: String, after cursor: Cursor?, limit: Int,
        in workspace: Workspace.ID
    ) throws -> [Article] {
        var conditions: [Statement] = [
            "workspace_id = \(workspace)", "account_id = \(account)", "gone_at IS NULL",
        ]
        if let condition = titleCondition(title) { conditions.append(condition) }
        if let cursor {
            conditions.append(try cursor.rows(below: "changed_at"))
        }
        return try rows(
            """
            SELECT \(fragment: articleColumns) FROM articles
            WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY changed_at DESC, id DESC LIMIT \(limit)
            """
        ).map(Article.init)
    }

    func missingThumbnails(
        of account: Account.ID, limit: Int, in workspace: Workspace.ID
    ) throws -> [(Article.ID, String)] {
        try rows(
            """
            SELECT id, thumb_id FROM articles
            WHERE workspace_id = \(workspace) AND account_id = \(account) AND gone_at IS NULL
                AND thumb_sha256 IS NULL AND thumb_id <> ''
            ORDER BY changed_at DESC, id DESC LIMIT \(limit)
            """
        ).map { (try $0.get("id"), try $0.get("thumb_id")) }
    }

    func keepThumbnail(
        _ sha256: String, of id: Article.ID, in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE articles SET thumb_sha256 = \(sha256)
            WHERE workspace_id = \(workspace) AND id = \(id)
            """)
    }

    func thumbnail(of id: Article.ID, in workspace: Workspace.ID) throws -> String? {
        try row(
            "SELECT thumb_sha256 FROM articles WHERE workspace_id = \(workspace) AND id = \(id)"
        )?.optional("thumb_sha256")
    }
}

private let articleColumns: Statement = """
    id, account_id, draft_id, published, title, digest, url, article_count, changed_at, synced_at, gone_at, thumb_sha256
    """

extension Article {
    fileprivate init(_ row: Row) throws {
        id = try row.get("id")
        account = try row.get("account_id")
        let wechatID: String = try row.get("draft_id")
        reference = try row.get("published") ? .published(wechatID) : .draft(wechatID)
        title = try row.get("title")
        digest = try row.get("digest")
        url = try row.get("url")
        articleCount = try row.get("article_count")
        changedAt = try row.get("changed_at")
        syncedAt = try row.get("synced_at")
        isGone = try row.optional("gone_at", as: Timestamp.self) != nil
        hasThumbnail = try row.optional("thumb_sha256", as: String.self) != nil
    }
}
