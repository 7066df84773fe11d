/// What a media file is to WeChat (`wechat-wire.md` §1.5).
public enum MediaType: String, Sendable, Codable, CaseIterable {
    case image, voice, video, thumb

    /// How long an uploaded temporary file lives: 3 days.
    public static let temporaryLife = Duration.seconds(3 * 86_400)

    public var bytesMax: Int {
        switch self {
        case .image, .video: 10 << 20
        case .voice: 2 << 20
        case .thumb: 64 << 10
        }
    }
}

/// A file that lives at WeChat for three days.
public struct TemporaryMedia: Sendable, Hashable {
    public var mediaID: String
    /// Unix seconds.
    public var createdAt: Int64
}

extension OfficialAccountClient {
    /// Uploads a file that can be sent until `MediaType.temporaryLife` has passed.
    ///
    /// - Parameter type: takes files of at most `bytesMax`.
    public func uploadTemporary(
        _ file: File, as type: MediaType
    ) async throws(WeChatError) -> TemporaryMedia {
        try await value(
            of: .upload(
                "/cgi-bin/media/upload", type: type.rawValue,
                form: MultipartForm([.file(name: "media", file)])))
    }

    /// Uploads a picture for use inside articles; jpg or png, less than 1 MB.
    ///
    /// - Returns: its URL, which works only inside WeChat.
    public func uploadArticlePicture(_ file: File) async throws(WeChatError) -> String {
        struct Answer: Decodable { var url: String }
        let call = APICall.upload(
            "/cgi-bin/media/uploadimg", form: MultipartForm([.file(name: "media", file)]))
        return try await value(of: call, as: Answer.self).url
    }
}

extension TemporaryMedia: Decodable {
    private enum Key: String, CodingKey { case media_id, thumb_media_id, created_at }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        // A thumb's id comes under a name of its own.
        let thumb = try fields.decodeIfPresent(String.self, forKey: .thumb_media_id)
        mediaID = try thumb ?? fields.decode(String.self, forKey: .media_id)
        createdAt = try fields.decode(Int64.self, forKey: .created_at)
    }
}
