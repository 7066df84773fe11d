/// Articles in an account's draft box (`wechat-wire.md` §1.6).
struct Draft: Sendable, Codable {
    let id: String
    let appid: String
    let created: Moment
    var updated: Moment
    var articles: [DraftArticle]

    static let countMax = 10_000
    static let articlesMax = 8
}

struct DraftArticle: Sendable, Codable {
    var title: String
    var author: String
    var digest: String
    var content: String
    var sourceURL: String
    var thumbMediaID: String
    var showsCover: Bool
    var opensComments: Bool
    var onlyFansComment: Bool
    let url: String

    static let contentLengthMax = 20_000
    static let contentBytesMax = 1 << 20
    static let digestLengthDefault = 54

    /// - Parameter url: Where the draft can be previewed.
    init(_ json: JSON, url: String) throws(Errcode) {
        let text = { (name: String) in json[name]?.string ?? "" }
        let flag = { (name: String) in json[name]?.integer == 1 }
        guard !text("title").isEmpty else { throw .emptyNewsData }
        guard text("title").utf8.count <= Message.titleBytesMax else { throw .titleTooLong }
        guard !text("content").isEmpty else { throw .emptyContent }
        guard text("content").unicodeScalars.count < Self.contentLengthMax,
            text("content").utf8.count < Self.contentBytesMax
        else { throw .contentTooLong }
        guard text("content_source_url").utf8.count <= Message.urlBytesMax else {
            throw .urlTooLong
        }
        title = text("title")
        author = text("author")
        content = text("content")
        digest = text("digest").isEmpty ? Self.digest(of: content) : text("digest")
        sourceURL = text("content_source_url")
        thumbMediaID = text("thumb_media_id")
        showsCover = flag("show_cover_pic")
        opensComments = flag("need_open_comment")
        onlyFansComment = flag("only_fans_can_comment")
        self.url = url
    }

    /// The first characters of the text without its tags.
    private static func digest(of content: String) -> String {
        var isInTag = false
        let words = content.filter { character in
            if character == "<" { isInTag = true }
            defer { if character == ">" { isInTag = false } }
            return !isInTag
        }
        return String(words.prefix(digestLengthDefault))
    }

    func json(withContent: Bool, thumbURL: String) -> JSON {
        let head: JSON = [
            "title": .string(title), "author": .string(author), "digest": .string(digest),
        ]
        let body = withContent ? head.adding("content", .string(content)) : head
        return
            body
            .adding("content_source_url", .string(sourceURL))
            .adding("thumb_media_id", .string(thumbMediaID))
            .adding("thumb_url", .string(thumbURL))
            .adding("show_cover_pic", showsCover ? 1 : 0)
            .adding("need_open_comment", opensComments ? 1 : 0)
            .adding("only_fans_can_comment", onlyFansComment ? 1 : 0)
            .adding("url", .string(url))
    }
}
