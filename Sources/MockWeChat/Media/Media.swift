import Foundation

/// A file of an account in its media library, temporary or permanent (`wechat-wire.md` §1.5).
struct Media: Sendable, Codable {
    /// WeChat's four media types.
    enum Kind: String, Sendable, Codable {
        case image, voice, video, thumb
    }

    let id: String
    let appid: String
    let kind: Kind
    let filename: String
    let created: Moment
    /// Absent for a permanent one.
    let expires: Moment?
    /// Where a permanent picture can be seen.
    var url: String?
    var title = ""
    var introduction = ""

    static let temporaryLife = Duration.seconds(3 * 86_400)
    static let permanentImagesMax = 100_000
    static let permanentOthersMax = 1_000

    func isExpired(at now: Moment) -> Bool {
        expires.map { now >= $0 } ?? false
    }
}

/// The bytes of a file, and what they turned out to be.
struct MediaFile: Sendable, Codable {
    let bytes: Data
    let format: Format

    enum Format: String, Sendable, Codable {
        case png, jpeg, gif, bmp, amr, mp3, mp4, wav, wma

        var contentType: String {
            switch self {
            case .png: "image/png"
            case .jpeg: "image/jpeg"
            case .gif: "image/gif"
            case .bmp: "image/bmp"
            case .amr: "audio/amr"
            case .mp3: "audio/mpeg"
            case .mp4: "video/mp4"
            case .wav: "audio/wav"
            case .wma: "audio/x-ms-wma"
            }
        }

        /// By the first bytes, whatever the file's name says.
        init?(of bytes: [UInt8]) {
            let starts = { (mark: [UInt8], offset: Int) in
                bytes.count >= offset + mark.count && bytes[offset...].starts(with: mark)
            }
            if starts([0x89, 0x50, 0x4E, 0x47], 0) {
                self = .png
            } else if starts([0xFF, 0xD8, 0xFF], 0) {
                self = .jpeg
            } else if starts(Array("GIF8".utf8), 0) {
                self = .gif
            } else if starts(Array("BM".utf8), 0) {
                self = .bmp
            } else if starts(Array("#!AMR".utf8), 0) {
                self = .amr
            } else if starts(Array("ftyp".utf8), 4) {
                self = .mp4
            } else if starts(Array("ID3".utf8), 0) || Self.isMPEGFrame(bytes) {
                self = .mp3
            } else if starts(Array("RIFF".utf8), 0), starts(Array("WAVE".utf8), 8) {
                self = .wav
            } else if starts([0x30, 0x26, 0xB2, 0x75], 0) {
                self = .wma
            } else {
                return nil
            }
        }

        private static func isMPEGFrame(_ bytes: [UInt8]) -> Bool {
            bytes.count >= 2 && bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0
        }
    }

    /// Checks a file as WeChat does for its type and life.
    init(_ bytes: [UInt8], as kind: Media.Kind, isPermanent: Bool) throws(Errcode) {
        guard !bytes.isEmpty else { throw .emptyMediaData }
        guard let format = Format(of: bytes),
            kind.formats(isPermanent: isPermanent).contains(format)
        else { throw kind == .image ? .unsupportedFileType : .invalidFileType }
        guard bytes.count <= kind.bytesMax else { throw kind.sizeError }
        if format == .amr, Self.amrSeconds(bytes) > Self.voiceSecondsMax { throw .playtimeTooLong }
        self.bytes = Data(bytes)
        self.format = format
    }

    static let voiceSecondsMax = 60

    /// The length of an AMR narrow-band recording: a frame of a size that its mode gives is 20 ms
    /// (RFC 4867 §5).
    private static func amrSeconds(_ bytes: [UInt8]) -> Int {
        let frameBytes = [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1]
        var offset = "#!AMR\n".utf8.count
        var frames = 0
        while offset < bytes.count {
            offset += frameBytes[Int(bytes[offset] >> 3 & 15)]
            frames += 1
        }
        return frames / 50
    }
}

extension Media.Kind {
    var bytesMax: Int {
        switch self {
        case .image, .video: 10 << 20
        case .voice: 2 << 20
        case .thumb: 64 << 10
        }
    }

    var sizeError: Errcode {
        switch self {
        case .image: .invalidImageSize
        case .voice: .invalidVoiceSize
        case .video: .invalidVideoSize
        case .thumb: .invalidThumbSize
        }
    }

    func formats(isPermanent: Bool) -> Set<MediaFile.Format> {
        switch self {
        case .image: isPermanent ? [.png, .jpeg, .gif, .bmp] : [.png, .jpeg, .gif]
        case .voice: isPermanent ? [.amr, .mp3, .wma, .wav] : [.amr, .mp3]
        case .video: [.mp4]
        case .thumb: [.jpeg]
        }
    }
}
