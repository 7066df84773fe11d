extension Response {
    /// Below this a gzip header costs more than it saves, and everything fits one packet anyway.
    static let compressedBytesMin = 1024

    /// Whether gzip is worth its while: text that is whole, comes from memory or a stream, and in a
    /// coding that no handler has chosen itself.
    var isCompressible: Bool {
        switch body {
        case .none, .file, .endless: return false
        case .bytes(let bytes): if bytes.count < Self.compressedBytesMin { return false }
        case .stream: break
        }
        guard status != .partialContent, !fields.contains("content-encoding"),
            let type = fields["content-type"]
        else { return false }
        return ContentType.isCompressible(type)
            && fields["cache-control"]?.contains("no-transform") != true
    }

    /// The same answer, as gzip if it is worth it and the client takes that.
    func compressed(for fields: Fields) -> Response {
        // RFC 9110 §15.4.5: it has what the 200 would have had.
        if status == .notModified { return varying }
        guard isCompressible else { return self }
        guard Gzip.isAccepted(by: fields) else { return varying }
        switch body {
        case .bytes(let bytes):
            guard let small = Gzip.compress(bytes, level: 5), small.count < bytes.count else {
                return varying
            }
            return varying.encoded(.bytes(small))
        case .stream(let length, let produce):
            return varying.encoded(
                .stream(length: nil) { try await Gzip.compress(length, produce, into: $0) })
        case .none, .file, .endless:
            return self
        }
    }

    /// Says that the answer depends on `Accept-Encoding`.
    var varying: Response {
        guard fields["vary"]?.lowercased().contains("accept-encoding") != true else { return self }
        var response = self
        response.fields.append("Vary", "Accept-Encoding")
        return response
    }

    private func encoded(_ body: Body) -> Response {
        var response = self
        response.body = body
        response.fields["Content-Encoding"] = "gzip"
        if let text = fields["etag"], let tag = EntityTag(text) {
            response.fields["ETag"] = tag.ofGzip.fieldValue
        }
        return response
    }
}

extension Gzip {
    /// Compresses what a closure writes. Every chunk can be read by the client at once.
    ///
    /// - Parameter length: The uncompressed length, if it was promised.
    /// - Throws: `ConnectionLost` when the promise was not kept, and what the closure throws.
    static func compress(
        _ length: Int?, _ produce: (BodyWriter) async throws -> Void, into writer: BodyWriter
    ) async throws {
        guard let stream = GzipStream() else { throw ConnectionLost() }
        try await produce(
            BodyWriter { chunk in
                // An empty flush would still cost bytes.
                guard !chunk.isEmpty else { return }
                try await writer.write(await stream.encode(chunk))
            })
        let count = await stream.count
        guard length == nil || length == count else { throw ConnectionLost() }
        try await writer.write(await stream.end())
    }
}

/// A compressor that a streamed body passes through.
private actor GzipStream {
    private let deflater: Deflater
    /// Bytes that came in.
    private(set) var count = 0

    init?() {
        guard let deflater = Deflater(level: 5) else { return nil }
        self.deflater = deflater
    }

    func encode(_ chunk: [UInt8]) -> [UInt8] {
        count += chunk.count
        return deflater.encode(chunk, .flush)
    }

    func end() -> [UInt8] { deflater.encode([], .end) }
}
