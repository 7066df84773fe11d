import SQL

/// A file that replies send 素材: a picture, a voice message or a video.
package struct Material: Sendable, Equatable, Identified, Versioned {
    package typealias ID = Identifier<Material>
    package static let idPrefix = "ma"
    package static let nameLimit = 80

    package let id: ID
    package let name: String
    /// SHA-256 of the bytes, in hex: the same file is kept once in a workspace.
    package let sha256: String
    package let media: MediaFile
    /// The last part of its public address, `/m/…`, from which WeChat fetches the cover of a card.
    package let slug: String
    package let createdBy: String
    package let createdAt: Timestamp
    package let updatedBy: String
    package let updatedAt: Timestamp
    package let version: Int

    package enum Kind: String, Sendable, CaseIterable, ValueConvertible {
        case image, voice, video

        /// What WeChat and the manuals take (`wechat-wire.md` §1.5).
        package var bytesMax: Int {
            switch self {
            case .image, .video: 10 << 20
            case .voice: 2 << 20
            }
        }
    }

    package var kind: Kind { media.format.kind }

    /// The name with the extension of what the bytes are, whatever the file was called.
    package var fileName: String { "\(name).\(media.format.fileExtension)" }

    /// The longest upload of any kind.
    package static let bytesMax = 10 << 20
    /// The longest voice message.
    package static let voiceDurationMax: Duration = .seconds(60)
    /// Of thumbnails of cards, which are png or jpg.
    package static let thumbnailBytesMax = 2 << 20
}

/// What a file is, as its bytes say.
package struct MediaFile: Sendable, Equatable {
    package let format: MediaFormat
    package let byteCount: Int
    /// In pixels; pictures and videos.
    package var size: Size?
    /// Voice and video.
    package var duration: Duration?
    /// More than one picture in it.
    package var isAnimated = false

    package struct Size: Sendable, Equatable {
        package let width: Int
        package let height: Int

        package init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }
}

/// The formats that replies can send.
package enum MediaFormat: String, Sendable, CaseIterable, ValueConvertible {
    case png, jpeg, gif, mp3, mp4

    package var kind: Material.Kind {
        switch self {
        case .png, .jpeg, .gif: .image
        case .mp3: .voice
        case .mp4: .video
        }
    }

    package var contentType: String {
        switch self {
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .gif: "image/gif"
        case .mp3: "audio/mpeg"
        case .mp4: "video/mp4"
        }
    }

    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    /// As people write it.
    package var name: String { rawValue.uppercased() }
}
