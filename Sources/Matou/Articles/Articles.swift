import SQL
import WeChat

/// An account's articles, drafts and published ones, synced from WeChat.
package struct Articles: Sendable {
    /// Drafts, and publications, that a sync reads, in pages of 20: two tenths of the calls that WeChat
    /// grants for a day.
    package static let countMax = 2000
    private static let pageMax = 20
    private static let thumbBytesMax = 2 << 20

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let wechat: WeChatAccounts
    let files: MaterialFiles

    /// Asks WeChat for the articles that there are now, and fetches the covers that are new.
    ///
    /// Where WeChat has more than `countMax`, what was not read stays as it was.
    ///
    /// - Throws: `WeChatRefusal` with what WeChat said; `Refusal.missing`; `Refusal.forbidden`.
    @discardableResult
    package func sync(
        _ account: Account.ID, by principal: Principal
    ) async throws -> ArticleSync {
        try principal.require(.editor)
        let workspace = principal.workspace
        let (articles, read): ([SyncedArticle], ArticleSync)
        do {
            (articles, read) = try await fetch(account, in: workspace)
        } catch let error as WeChatError {
            throw WeChatRefusal(fault: WeChatFault(error))
        }
        let now = clock.now()
        let fresh = articles.map { ($0, Article.ID.make(at: now, from: randomness)) }
        var sync = read
        sync.codesWithGone = try await database.write { connection -> Int in
            for (article, id) in fresh {
                try connection.keep(article, as: id, of: account, in: workspace, at: now)
            }
            if read.isWhole {
                try connection.markGone(of: account, syncedBefore: now, in: workspace)
            }
            return try connection.countCodesWithGone(of: account, in: workspace, at: now)
        }
        try await fetchThumbnails(of: account, in: workspace)
        return sync
    }

    private func fetch(
        _ account: Account.ID, in workspace: Workspace.ID
    ) async throws -> ([SyncedArticle], ArticleSync) {
        var sync = ArticleSync()
        let drafts = try await all(&sync) { offset in
            try await wechat.call(account, in: workspace) { client in
                try await client.drafts(from: offset, count: Self.pageMax)
            }
        }
        let publications = try await all(&sync) { offset in
            try await wechat.call(account, in: workspace) { client in
                try await client.publications(from: offset, count: Self.pageMax)
            }
        }
        let articles =
            drafts.compactMap { SyncedArticle(.draft($0.mediaID), $0.updatedAt, $0.articles) }
            + publications.compactMap {
                SyncedArticle(
                    .published($0.articleID), $0.updatedAt, $0.articles.filter { !$0.isDeleted })
            }
        return (articles, sync)
    }

    /// Reads a list from its beginning, page by page.
    private func all<Item>(
        _ sync: inout ArticleSync, _ page: (_ offset: Int) async throws -> LibraryPage<Item>
    ) async throws -> [Item] {
        var (items, total): ([Item], Int) = ([], 0)
        repeat {
            let next = try await page(items.count)
            items += next.items
            total = max(next.total, items.count)
            if next.items.isEmpty { break }
        } while items.count < min(total, Self.countMax)
        sync.read += items.count
        sync.total += total
        return items
    }

    /// A cover that WeChat does not give is tried again at the next sync.
    private func fetchThumbnails(of account: Account.ID, in workspace: Workspace.ID) async throws {
        let missing = try await database.read {
            try $0.missingThumbnails(of: account, limit: 50, in: workspace)
        }
        for (id, thumb) in missing {
            guard
                case .file(let file)? = try? await wechat.call(
                    account, in: workspace, { try await $0.material(thumb) })
            else { continue }
            guard file.bytes.count <= Self.thumbBytesMax else { continue }
            let received = try await files.receive(
                OneChunk(bytes: file.bytes), bytesMax: Self.thumbBytesMax,
                as: randomness.alphanumeric(24))
            defer { received.discard() }
            guard let media = try? received.media(), media.format.kind == .image else { continue }
            try await database.write { connection in
                try files.keep(received, in: workspace)
                try connection.keepThumbnail(received.sha256, of: id, in: workspace)
            }
        }
    }

    /// Those that a reply could send, the latest first.
    ///
    /// - Parameter title: part of it, in any case.
    package func page(
        of account: Account.ID, titled title: String = "", after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Article> {
        let rows = try await database.read {
            try $0.articles(
                of: account, titled: title, after: cursor, limit: limit + 1,
                in: principal.workspace)
        }
        return Page(rows, limit: limit) {
            Cursor(sort: Article.sort, at: $0.changedAt, id: $0.id.text)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Article.ID, for principal: Principal) async throws -> Article {
        guard let found = try await database.read({ try $0.article(id, in: principal.workspace) })
        else { throw Refusal.missing }
        return found
    }

    /// The codes whose replies send it, the oldest first.
    package func uses(
        of id: Article.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<ReplyUse> {
        try await database.read {
            try $0.uses(of: id.text, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func cover(
        of id: Article.ID, for principal: Principal
    ) async throws -> ArticleCover {
        let sha256 = try await database.read {
            try $0.thumbnail(of: id, in: principal.workspace)
        }
        guard let sha256 else { throw Refusal.missing }
        let file = ReceivedFile(
            path: files.path(of: sha256, in: principal.workspace), sha256: sha256)
        guard let media = try? file.media() else { throw Refusal.missing }
        return ArticleCover(path: file.path, sha256: sha256, media: media)
    }
}

extension SyncedArticle {
    /// - Returns: nil for a publication that was taken back.
    fileprivate init?(
        _ reference: Article.Reference, _ updatedAt: Int64, _ articles: [Draft.Article]
    ) {
        guard let first = articles.first else { return nil }
        self.init(
            reference: reference, changedAt: Timestamp(seconds: updatedAt), count: articles.count,
            first: first)
    }
}

/// WeChat did not do what a person waits for.
package struct WeChatRefusal: Error, Sendable, Equatable {
    package let fault: WeChatFault
}

/// Bytes that are here already, as a sequence of one piece.
package struct OneChunk: AsyncSequence, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package struct AsyncIterator: AsyncIteratorProtocol {
        var bytes: [UInt8]?
        package mutating func next() async -> [UInt8]? {
            defer { bytes = nil }
            return bytes
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes) }
}
