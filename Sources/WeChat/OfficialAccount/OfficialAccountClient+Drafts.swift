/// A draft of one or more articles (`wechat-wire.md` §1.6).
public struct Draft: Sendable, Hashable {
    public var mediaID: String
    /// Unix seconds.
    public var updatedAt: Int64
    public var articles: [Article]

    /// One article of a draft, as it will be read.
    public struct Article: Sendable, Hashable {
        public var title: String
        public var author: String
        public var digest: String
        /// HTML; empty when it was not asked for.
        public var content: String
        /// Where "read the original" leads.
        public var sourceURL: String
        public var thumbMediaID: String
        public var thumbURL: String
        /// The article's page, a preview while it is a draft.
        public var url: String
        /// Whether its publication was taken back.
        public var isDeleted: Bool
    }
}

extension OfficialAccountClient {
    /// - Parameter withContent: false leaves the articles' HTML out, which can be a megabyte each.
    public func drafts(
        from offset: Int, count: Int, withContent: Bool = false
    ) async throws(WeChatError) -> LibraryPage<Draft> {
        try await articles(
            at: "/cgi-bin/draft/batchget", from: offset, count: count, withContent: withContent)
    }

    /// A page of a list of articles: all of them are asked for alike.
    func articles<Item>(
        at path: String, from offset: Int, count: Int, withContent: Bool
    ) async throws(WeChatError) -> LibraryPage<Item> {
        var call = try APICall.post(
            path,
            ArticleRange(offset: offset, count: count, no_content: withContent ? 0 : 1),
            repeating: .idempotent)
        call.timeout = .seconds(30)
        call.answerBytesMax = 32 << 20
        return try await value(of: call)
    }

    /// How many drafts the account has at WeChat.
    public func draftCount() async throws(WeChatError) -> Int {
        struct Answer: Decodable { var total_count: Int }
        return try await value(of: .get("/cgi-bin/draft/count"), as: Answer.self).total_count
    }

    /// The articles of a draft with their HTML, which can be a megabyte each.
    public func draftArticles(_ mediaID: String) async throws(WeChatError) -> [Draft.Article] {
        struct Answer: Decodable { var news_item: [Draft.Article] }
        var call = try APICall.post(
            "/cgi-bin/draft/get", MediaReference(mediaID), repeating: .idempotent)
        call.timeout = .seconds(30)
        call.answerBytesMax = 32 << 20
        return try await value(of: call, as: Answer.self).news_item
    }
}

extension Draft: Decodable {
    private enum Key: String, CodingKey { case media_id, update_time, content }

    struct Content: Decodable { var news_item: [Article] }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        mediaID = try fields.decode(String.self, forKey: .media_id)
        updatedAt = try fields.decode(Int64.self, forKey: .update_time)
        articles = try fields.decode(Content.self, forKey: .content).news_item
    }
}

extension Draft.Article: Decodable {
    private enum Key: String, CodingKey {
        case title, author, digest, content, content_source_url, thumb_media_id, thumb_url, url
        case is_deleted
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String {
            try fields.decodeIfPresent(String.self, forKey: key) ?? ""
        }
        title = try fields.decode(String.self, forKey: .title)
        author = try text(.author)
        digest = try text(.digest)
        content = try text(.content)
        sourceURL = try text(.content_source_url)
        thumbMediaID = try text(.thumb_media_id)
        thumbURL = try text(.thumb_url)
        url = try text(.url)
        isDeleted = try fields.decodeIfPresent(Bool.self, forKey: .is_deleted) ?? false
    }
}

/// Which articles of a list are asked for.
private struct ArticleRange: Encodable {
    var offset: Int
    var count: Int
    var no_content: Int
}
