/// One file with everything that answers about it need.
struct StaticFile: Sendable {
    private let whole: Representation
    private let compressed: Representation?
    /// A hash of the content.
    let version: String

    init(path: String, hasCompressed: Bool) throws(FileError) {
        let content = try FileReader.contents(of: path)
        let type = ContentType.of(path)
        version = Self.hash(content.bytes)
        var fields: Fields = [
            "Content-Type": type, "X-Content-Type-Options": "nosniff",
        ]
        var gzip: [UInt8]?
        if hasCompressed {
            gzip = try FileReader.contents(of: path + ".gz").bytes
        } else if ContentType.isCompressible(type) {
            gzip = Gzip.compress(content.bytes, level: 9)
        }
        if let bytes = gzip, bytes.count >= content.bytes.count { gzip = nil }
        if gzip != nil { fields["Vary"] = "Accept-Encoding" }
        whole = Self.representation(
            content.bytes, path, Preconditions(version, content.modified), fields)
        fields["Content-Encoding"] = "gzip"
        let ofCompressed = Preconditions(version + "-gzip", content.modified)
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
