/// One file, or bytes as constant as one, with everything that answers about it need.
struct StaticFile: Sendable {
    private let whole: Representation
    private let compressed: Representation?
    /// A hash of the content.
    let version: String

    init(path: String, hasCompressed: Bool) throws(FileError) {
        let content = try FileReader.contents(of: path)
        let gzip = hasCompressed ? try FileReader.contents(of: path + ".gz").bytes : nil
        self.init(
            content.bytes, type: ContentType.of(path), modified: content.modified, gzip: gzip,
            path: path)
    }

    /// - Parameters:
    ///   - modified: in seconds since 1970, UTC.
    ///   - gzip: the same compressed; made if left out, where it is worth it.
    ///   - path: where the bytes lie; nil for some that lie nowhere, and are kept in memory.
    init(
        _ bytes: [UInt8], type: String, modified: Int, gzip: [UInt8]? = nil, path: String? = nil
    ) {
        version = Self.hash(bytes)
        var fields: Fields = ["Content-Type": type, "X-Content-Type-Options": "nosniff"]
        var gzip = gzip
        if gzip == nil, ContentType.isCompressible(type) {
            gzip = Gzip.compress(bytes, level: 9)
        }
        if let small = gzip, small.count >= bytes.count { gzip = nil }
        if gzip != nil { fields["Vary"] = "Accept-Encoding" }
        whole = Self.representation(bytes, path, Preconditions(version, modified), fields)
        fields["Content-Encoding"] = "gzip"
        let ofCompressed = Preconditions(version + "-gzip", modified)
        compressed = gzip.map { [fields] in Self.representation($0, nil, ofCompressed, fields) }
    }

    func response(to request: Request) -> Response {
        var representation = whole
        if let compressed, Gzip.isAccepted(by: request.fields) { representation = compressed }
        let isVersioned = request.requestTarget.query != nil && request.query("v") == version
        representation.fields["Cache-Control"] =
            isVersioned ? "public, max-age=31536000, immutable" : "no-cache"
        do throws(RepresentationFault) {
            return try representation.response(to: request)
        } catch {
            return .refusal(error.status).refusing(error)
        }
    }

    /// - Parameter path: nil for bytes that lie nowhere, and must be kept in memory.
    private static func representation(
        _ bytes: [UInt8], _ path: String?, _ validators: Preconditions, _ fields: Fields
    ) -> Representation {
        if let path, bytes.count > StaticFiles.bytesInMemoryMax {
            return Representation(fields, length: bytes.count, validators) {
                .file(path: path, offset: $0.lowerBound, length: $0.count)
            }
        }
        return Representation(fields, length: bytes.count, validators) { range in
            .bytes(range.count == bytes.count ? bytes : Array(bytes[range]))
        }
    }

    /// 64 bits of FNV-1a: enough to tell versions of one's own files apart.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
        return String(hash, radix: 36)
    }
}

extension Preconditions {
    fileprivate init(_ tag: String, _ lastModified: Int) {
        self.init(tag: EntityTag(strong: tag), lastModified: lastModified)
    }
}

extension Route {
    /// A GET of bytes that stay the same for as long as the server runs: with a tag, compressed once.
    public static func constant(_ pattern: String, _ bytes: [UInt8], type: String) -> Route {
        let file = StaticFile(bytes, type: type, modified: Clock.unixSeconds)
        return .inline(.get, pattern) { file.response(to: $0) }
    }
}
