import HTTP
import Matou

/// `/api/v1/articles`, and `/api/v1/accounts/{id}/articles`: the drafts and publications that a reply can send.
struct ArticleAPI: APIResource {
    let installation: Installation

    private var articles: Articles { installation.articles }

    var schemas: [String: JSON] { ArticleSchemas.all }

    var routes: [APIRoute] {
        let title = Operation.Parameter.text("title", "Part of the title.")
        return [
            APIRoute(
                .get, "/accounts/{id}/articles", list, for: .viewer,
                Operation(
                    summary: "List the account's articles as of the latest sync, the latest first.",
                    query: [title] + Operation.Parameter.paging(sort: Article.sort),
                    answer: .list(of: "Article"))),
            APIRoute(
                .post, "/accounts/{id}/articles/sync", sync, for: .editor,
                Operation(
                    summary:
                        "Ask WeChat for the account's drafts and publications, at most \(Articles.countMax) each.",
                    answer: .object("ArticleSync"), asksWeChat: true)),
            APIRoute(
                .get, "/articles/{id}", show, for: .viewer,
                Operation(summary: "Get an article.", answer: .object("Article"))),
            APIRoute(
                .get, "/articles/{id}/cover", cover, for: .viewer,
                Operation(
                    summary: "Get the cover of an article.",
                    answer: .file(MediaFormat.allCases.map(\.contentType)),
                    isConditional: true)),
            APIRoute(
                .get, "/articles/{id}/uses", uses, for: .viewer,
                Operation(
                    summary: "List the codes that send an article, the oldest first.",
                    query: Operation.Parameter.paging(sort: ReplyUse.sort),
                    answer: .list(of: "ReplyUse"))),
        ]
    }

    @Sendable private func list(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Article.sort)
        let page = try await articles.page(
            of: account(id, call), titled: call.request.query("title") ?? "", after: cursor,
            limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func sync(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let synced = try await articles.sync(account(id, call), by: call.principal)
        return try .json([
            "read": JSON(synced.read), "total": JSON(synced.total),
            "complete": .bool(synced.isWhole), "codes_with_gone": JSON(synced.codesWithGone),
        ])
    }

    @Sendable private func show(_ call: APICall, _ id: Article.ID) async throws -> Response {
        try .json(JSON(try await articles.find(id, for: call.principal)))
    }

    @Sendable private func cover(_ call: APICall, _ id: Article.ID) async throws -> Response {
        try .cover(
            try await articles.cover(of: id, for: call.principal), to: call.request)
    }

    @Sendable private func uses(_ call: APICall, _ id: Article.ID) async throws -> Response {
        let article = try await articles.find(id, for: call.principal)
        let (limit, cursor) = try call.paging(sort: ReplyUse.sort)
        let page = try await articles.uses(
            of: article.id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    private func account(_ id: Account.ID, _ call: APICall) async throws -> Account.ID {
        try await installation.accounts.find(id, for: call.principal).id
    }
}

extension JSON {
    fileprivate init(_ article: Article) {
        self = [
            "id": .string(article.id.text), "account_id": .string(article.account.text),
            "published": .bool(article.reference.isPublished), "title": .string(article.title),
            "digest": .string(article.digest),
            "url": .string(article.url), "article_count": JSON(article.articleCount),
            "has_cover": .bool(article.hasThumbnail), "gone": .bool(article.isGone),
            "changed_at": .string(article.changedAt.rfc3339),
            "synced_at": .string(article.syncedAt.rfc3339),
        ]
    }

    init(_ use: ReplyUse) {
        self = ["code_id": .string(use.code.text), "name": .string(use.name)]
    }
}

enum ArticleSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Article": Common.object([
            "id": Common.text, "account_id": Common.text,
            "published": ["type": "boolean", "description": "Otherwise it is a draft."],
            "title": Common.text, "digest": Common.text, "url": Common.text,
            "article_count": Common.count,
            "has_cover": ["type": "boolean"],
            "gone": [
                "type": "boolean", "description": "The latest sync no longer found it.",
            ],
            "changed_at": Common.time, "synced_at": Common.time,
        ]),
        "ArticleSync": Common.object([
            "read": Common.count, "total": Common.count,
            "complete": [
                "type": "boolean",
                "description": "Whether all were read; otherwise none was marked as gone.",
            ],
            "codes_with_gone": [
                "type": "integer", "minimum": 0,
                "description":
                    "Codes still in use that send an article which WeChat no longer has.",
            ],
        ]),
        "ReplyUse": Common.object(["code_id": Common.text, "name": Common.text]),
    ]
}
