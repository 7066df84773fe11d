import HTTP
import Matou

/// `/articles`: the drafts of the account that the switcher shows, as of the latest sync.
struct ArticlePages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    private var articles: Articles { installation.articles }

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/articles", list),
            PageRoute(.post, "/articles/sync", sync, for: .editor),
            PageRoute(.get, "/articles/picker", picker, for: .editor),
            PageRoute(.post, "/articles/picker", syncPicker, for: .editor),
            PageRoute(.get, "/articles/{id}", show),
            PageRoute(.get, "/articles/{id}/cover", cover),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let account = try await renderer.selectedAccount(visit)
        return try await draw(account, visit)
    }

    private func draw(
        _ account: Account?, problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let title = visit.text("q")
        let view = ArticleListView(
            try await page(of: account?.id, titled: title, limit: PageLimit.standard, visit),
            account, title: title, problem: problem, mayEdit: visit.principal.role >= .editor,
            address: PageAddress("/articles", visit.request.queryItems, keeping: ["q", "cursor"]),
            wording)
        return try await renderer.page(
            "articles/index", view, title: wording("articles.title"), in: visit,
            status: problem == nil ? .ok : .badGateway)
    }

    private func page(
        of account: Account.ID?, titled title: String, limit: Int, _ visit: Visit
    ) async throws -> Page<Article> {
        guard let account else { return Page(elements: [], next: nil) }
        return try await articles.page(
            of: account, titled: title,
            after: visit.cursor(of: Article.sort),
            limit: limit, for: visit.principal)
    }

    @Sendable private func sync(_ visit: Visit) async throws -> Response {
        let account = try await account(visit.request.form().first("account"), visit)
        let wording = renderer.wording(visit)
        do {
            let synced = try await articles.sync(account.id, by: visit.principal)
            return .redirect(to: "/articles", notice: Notice(synced, wording))
        } catch let refusal as WeChatRefusal {
            let words = refusal.fault.explanation(in: wording)
            return try await draw(account, problem: Notice(.bad, words), visit)
        }
    }

    /// What the editor's dialog shows.
    @Sendable private func picker(_ visit: Visit) async throws -> Response {
        let account = try await account(visit.request.query("account"), visit)
        let title = visit.text("q")
        let page = try await page(of: account.id, titled: title, limit: 24, visit)
        let wording = renderer.wording(visit)
        let view = PickerView(
            "/articles/picker", page.elements.map { Tile($0, wording) }, next: page.next,
            name: title, kept: [.init(name: "account", value: account.id.text)])
        return try renderer.fragment("materials/picker", view, in: visit)
    }

    /// Asks WeChat for the drafts that there are now, for the editor's script.
    @Sendable private func syncPicker(_ visit: Visit) async throws -> Response {
        let account = try await account(visit.request.form().first("account"), visit)
        let wording = renderer.wording(visit)
        do {
            try await articles.sync(account.id, by: visit.principal)
        } catch let refusal as WeChatRefusal {
            return try .json(
                ["error": .string(refusal.fault.explanation(in: wording))],
                status: .badGateway)
        }
        let page = try await articles.page(
            of: account.id, limit: ReplyOffer.listed, for: visit.principal)
        return try .json([
            "articles": .array(
                page.elements.map {
                    ["id": .string($0.id.text), "label": .string($0.label(wording))]
                })
        ])
    }

    @Sendable private func show(_ visit: Visit, _ id: Article.ID) async throws -> Response {
        let article = try await articles.find(id, for: visit.principal)
        let account = try await installation.accounts.find(article.account, for: visit.principal)
        let view = ArticleView(
            article, account: account.name,
            uses: ReplyUsesView(
                try await articles.uses(
                    of: article.id, after: visit.usesCursor, for: visit.principal),
                at: PageAddress(visit.request, keeping: [ReplyUsesView.place])),
            mayEdit: visit.principal.role >= .editor, now: installation.clock.now(),
            renderer.wording(visit))
        return try await renderer.page("articles/show", view, title: article.title, in: visit)
    }

    @Sendable private func cover(_ visit: Visit, _ id: Article.ID) async throws -> Response {
        try .cover(
            try await articles.cover(of: id, for: visit.principal),
            to: visit.request)
    }

    private func account(_ id: String?, _ visit: Visit) async throws -> Account {
        try await installation.accounts.find(Account.ID(id ?? ""), for: visit.principal)
    }
}

extension Response {
    static func cover(_ cover: ArticleCover, to request: Request) throws -> Response {
        try .media(
            at: cover.path, cover.media, named: "cover.\(cover.media.format.fileExtension)",
            sha256: cover.sha256, to: request)
    }
}

extension Article {
    var path: String { "/articles/\(id)" }
    var coverPath: String? { hasThumbnail ? path + "/cover" : nil }
}
