package import Foundation

extension MediaFile {
    /// Reads what a file is from its bytes alone; its name and what the sender called it say nothing.
    ///
    /// What comes after a picture's end is not looked at, since cameras write there: such a file is
    /// never shown as anything but what it was read as.
    package init(_ data: Data) throws(MediaFault) {
        let reader = ByteReader(data)
        if reader.starts(with: PNGFacts.signature) {
            let facts = try PNGFacts(reader)
            self.init(
                format: .png, byteCount: data.count, size: facts.size, isAnimated: facts.isAnimated)
        } else if reader.starts(with: [0xFF, 0xD8, 0xFF]) {
            self.init(format: .jpeg, byteCount: data.count, size: try JPEGFacts(reader).size)
        } else if reader.starts(with: Array("GIF8".utf8)) {
            let facts = try GIFFacts(reader)
            self.init(
                format: .gif, byteCount: data.count, size: facts.size, isAnimated: facts.isAnimated)
        } else if let facts = try MP4Facts(reader) {
            self.init(
                format: .mp4, byteCount: data.count, size: facts.size, duration: facts.duration)
        } else if let facts = try MP3Facts(reader) {
            self.init(format: .mp3, byteCount: data.count, duration: facts.duration)
        } else {
            throw .unknownFormat
        }
    }
}
