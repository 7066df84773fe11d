/// One file with everything that answers about it need.
struct StaticFile: Sendable {
    private let whole: Representation
    private let compressed: Representation?
    private let lastModified: Int
    /// A hash of the content.
    let version: String

    /// Bytes to send, with the fields that describe them.
    private struct Representation: Sendable {
        let tag: String
        let length: Int
        let fields: Fields
        /// nil when they are sent from the file.
        let bytes: [UInt8]?
        let path: String

        func body(_ range: Range<Int>) -> Body {
            guard let bytes else {
                return .file(path: path, offset: range.lowerBound, length: range.count)
            }
            return .bytes(range.count == bytes.count ? bytes : Array(bytes[range]))
        }
    }

    init(path: String, hasCompressed: Bool) throws(FileError) {
        let content = try FileReader.contents(of: path)
        let type = ContentType.of(path)
        version = Self.hash(content.bytes)
        lastModified = content.modified
        var fields: Fields = [
            "Content-Type": type,
            "Last-Modified": HTTPDate.string(unixSeconds: content.modified),
            "X-Content-Type-Options": "nosniff",
        ]
        var gzip: [UInt8]?
        if hasCompressed {
            gzip = try FileReader.contents(of: path + ".gz").bytes
        } else if ContentType.isCompressible(type) {
            gzip = Gzip.compress(content.bytes, level: 9)
        }
        if let bytes = gzip, bytes.count >= content.bytes.count { gzip = nil }
        if gzip != nil { fields["Vary"] = "Accept-Encoding" }
        whole = Self.representation(content.bytes, path, version, fields)
        fields["Content-Encoding"] = "gzip"
        compressed = gzip.map { [version] in Self.representation($0, nil, version + "-gzip", fields)
        }
    }

    func response(to request: Request) -> Response {
        var representation = whole
        if let compressed, Gzip.isAccepted(by: request.fields) { representation = compressed }
        var fields = representation.fields
        let isVersioned = request.requestTarget.query != nil && request.query("v") == version
        fields["Cache-Control"] = isVersioned ? "public, max-age=31536000, immutable" : "no-cache"
        let conditions = Preconditions(
            tag: EntityTag(strong: representation.tag), lastModified: lastModified)
        switch conditions.verdict(request) {
        case .notModified: return Response(.notModified, fields: fields)
        case .failed: return .refusal(.preconditionFailed)
        case .proceed: break
        }
        let length = representation.length
        let isRanged = request.method == .get && conditions.permitsRange(request)
        switch isRanged ? ByteRange.read(request.fields["range"], length: length) : .whole {
        case .whole:
            return Response(.ok, fields: fields, body: representation.body(0..<length))
        case .part(let range):
            fields["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
            return Response(.partialContent, fields: fields, body: representation.body(range))
        case .unsatisfiable:
            var refusal = Response.refusal(.rangeNotSatisfiable)
            refusal.fields["Content-Range"] = "bytes */\(length)"
            return refusal
        }
    }

    private static func representation(
        _ bytes: [UInt8], _ path: String?, _ tag: String, _ fields: Fields
    ) -> Representation {
        var fields = fields
        fields["ETag"] = "\"\(tag)\""
        fields["Accept-Ranges"] = "bytes"
        let isInMemory = path == nil || bytes.count <= StaticFiles.bytesInMemoryMax
        return Representation(
            tag: tag, length: bytes.count, fields: fields, bytes: isInMemory ? bytes : nil,
            path: path ?? "")
    }

    /// 64 bits of FNV-1a: enough to tell versions of one's own files apart.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
