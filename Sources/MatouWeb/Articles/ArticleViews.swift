import Matou

/// The list of an account's drafts, as its template shows it.
struct ArticleListView: Sendable {
    let kinds: [Tab]
    let problem: Notice?
    let accountName: String?
    let title: String
    let tiles: [Tile]
    let empty: EmptyState?
    let pager: Pager?
    /// Where a sync is asked for; nil for those who may not.
    let sync: Sync?

    struct Sync: Sendable { let account: String }

    init(
        _ page: Page<Article>, _ account: Account?, title: String, problem: Notice?,
        mayEdit: Bool, address: PageAddress, _ wording: Wording
    ) {
        kinds = .materials(at: "/articles", wording)
        self.problem = problem
        accountName = account?.name
        self.title = title
        tiles = page.elements.map { Tile($0, wording) }
        let word = account == nil ? "no-account" : title.isEmpty ? "none" : "found"
        empty =
            page.elements.isEmpty
            ? EmptyState(
                title: wording("articles.empty.\(word)"),
                text: wording("articles.empty.\(word)-text"), action: nil) : nil
        pager = Pager(page.next, at: address)
        sync = mayEdit ? account.map { Sync(account: $0.id.text) } : nil
    }
}

/// The page of a draft.
struct ArticleView: Sendable {
    let title: String
    let digest: String
    let coverPath: String?
    let warning: Notice?
    let facts: [FactRow]
    /// WeChat's own preview of it.
    let previewURL: String?
    let newCodePath: String?
    let uses: ReplyUsesView

    init(
        _ article: Article, account: String, uses: ReplyUsesView, mayEdit: Bool, now: Timestamp,
        _ wording: Wording
    ) {
        title = article.title
        digest = article.digest
        coverPath = article.coverPath
        let isSingle = article.articleCount == 1
        warning =
            article.isGone
            ? Notice(.warn, wording("articles.gone"))
            : isSingle
                ? nil
                : Notice(
                    .warn,
                    wording("replies.several-articles", ["count": String(article.articleCount)]))
        facts = [
            FactRow(label: wording("articles.account"), text: account),
            FactRow(label: wording("articles.state"), text: article.state(wording)),
            FactRow(
                label: wording("articles.changed"),
                text: wording.date(article.changedAt, now: now)),
            FactRow(
                label: wording("articles.synced"), text: wording.date(article.syncedAt, now: now)),
        ]
        // An address of WeChat's, but a page shows no link that is none.
        previewURL = article.url.hasPrefix("http") ? article.url : nil
        newCodePath =
            mayEdit && isSingle && !article.isGone ? "/qr-codes/new?article=\(article.id)" : nil
        self.uses = uses
    }
}

extension Notice {
    /// What a sync of drafts came to.
    init(_ sync: ArticleSync, _ wording: Wording) {
        let counts = [
            "count": wording.number(sync.read), "total": wording.number(sync.total),
            "codes": wording.number(sync.codesWithGone),
        ]
        var words = wording(sync.isWhole ? "articles.done.synced" : "articles.done.cut", counts)
        let isLeft = sync.codesWithGone > 0
        if isLeft { words += " " + wording("articles.done.codes-with-gone", counts) }
        self.init(sync.isWhole && !isLeft ? .good : .warn, words)
    }
}
