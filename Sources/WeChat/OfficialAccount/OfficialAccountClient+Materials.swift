/// A file of the account's permanent library.
public struct Material: Sendable, Hashable, Codable {
    public var mediaID: String
    public var name: String
    /// Unix seconds.
    public var updatedAt: Int64
    /// Pictures have one; it works only inside WeChat.
    public var url: String?

    enum CodingKeys: String, CodingKey {
        case mediaID = "media_id"
        case name
        case updatedAt = "update_time"
        case url
    }
}

/// A page of a library or of the draft box.
public struct LibraryPage<Item: Sendable & Decodable>: Sendable, Decodable {
    /// Items in one page.
    public static var countRange: ClosedRange<Int> { 1...20 }

    public var total: Int
    public var items: [Item]

    enum CodingKeys: String, CodingKey {
        case total = "total_count"
        case items = "item"
    }
}

/// How many materials a library has of each type.
public struct MaterialCounts: Sendable, Hashable, Codable {
    public var voices: Int
    public var videos: Int
    public var images: Int
    public var articles: Int

    enum CodingKeys: String, CodingKey {
        case voices = "voice_count"
        case videos = "video_count"
        case images = "image_count"
        case articles = "news_count"
    }
}

/// A material just added.
public struct AddedMaterial: Sendable, Hashable, Codable {
    public var mediaID: String
    /// Pictures only.
    public var url: String?

    enum CodingKeys: String, CodingKey {
        case mediaID = "media_id"
        case url
    }
}

/// What a material turns out to be.
public enum MaterialContent: Sendable, Equatable {
    case file(File)
    case video(title: String, description: String, url: String)
    case articles([Draft.Article])
}

extension OfficialAccountClient {
    /// - Parameter video: title and introduction, which a video needs and nothing else takes.
    public func addMaterial(
        _ file: File, as type: MediaType, video: (title: String, introduction: String)? = nil
    ) async throws(WeChatError) -> AddedMaterial {
        var parts = [MultipartForm.Part.file(name: "media", file)]
        if let video {
            let description = VideoDescription(
                title: video.title, introduction: video.introduction)
            parts.append(.text(name: "description", try APICall.jsonText(description)))
        }
        return try await value(
            of: .upload(
                "/cgi-bin/material/add_material", type: type.rawValue, form: MultipartForm(parts)))
    }

    /// A page of the library, the latest first.
    ///
    /// - Parameter count: in `LibraryPage.countRange`; WeChat refuses others.
    public func materials(
        _ type: MediaType, from offset: Int, count: Int
    ) async throws(WeChatError) -> LibraryPage<Material> {
        struct Body: Encodable {
            var type: String
            var offset: Int
            var count: Int
        }
        return try await value(
            of: .post(
                "/cgi-bin/material/batchget_material",
                Body(type: type.rawValue, offset: offset, count: count), repeating: .idempotent))
    }

    /// How many there are of each type: the library takes 100,000 pictures and articles together, 1,000 of
    /// each other type.
    public func materialCounts() async throws(WeChatError) -> MaterialCounts {
        try await value(of: .get("/cgi-bin/material/get_materialcount"))
    }

    /// Fetches a material within a minute, at most 32 MiB of it. A video is told by its address.
    ///
    /// - Throws: `.invalidAnswer` for what is neither a file nor of a known shape.
    public func material(_ mediaID: String) async throws(WeChatError) -> MaterialContent {
        var call = try APICall.post(
            "/cgi-bin/material/get_material", MediaReference(mediaID), repeating: .idempotent)
        call.timeout = .seconds(60)
        call.answerBytesMax = 32 << 20
        let answer = try await answer(to: call)
        guard answer.isJSON else { return .file(try answer.file()) }
        let fields: MaterialFields = try answer.decoded()
        if let articles = fields.news_item { return .articles(articles) }
        guard let url = fields.down_url else {
            throw .invalidAnswer(InvalidAnswer(status: answer.status, .unexpectedShape))
        }
        return .video(title: fields.title ?? "", description: fields.description ?? "", url: url)
    }

    /// Not repeated when its outcome is unknown.
    public func deleteMaterial(_ mediaID: String) async throws(WeChatError) {
        try await run(
            .post(
                "/cgi-bin/material/del_material", MediaReference(mediaID),
                repeating: .onlyIfNotSent))
    }
}

struct MediaReference: Encodable {
    var media_id: String

    init(_ mediaID: String) {
        media_id = mediaID
    }
}

private struct VideoDescription: Encodable {
    var title: String
    var introduction: String
}

private struct MaterialFields: Decodable {
    var news_item: [Draft.Article]?
    var title: String?
    var description: String?
    var down_url: String?
}
