extension Response {
    /// Below this a gzip header costs more than it saves, and everything fits one packet anyway.
    static let compressedBytesMin = 1024

    /// The same answer, as gzip if it is text and the client takes that.
    ///
    /// Not used for bodies that come from files or streams, for parts, or where a handler has
    /// chosen a coding itself.
    func compressed(for fields: Fields) -> Response {
        guard case .bytes(let bytes) = body, bytes.count >= Self.compressedBytesMin,
            status != .partialContent, !self.fields.contains("content-encoding"),
            let type = self.fields["content-type"], ContentType.isCompressible(type),
            self.fields["cache-control"]?.contains("no-transform") != true
        else { return self }
        var response = self
        if self.fields["vary"]?.lowercased().contains("accept-encoding") != true {
            response.fields.append("Vary", "Accept-Encoding")
        }
        guard Gzip.isAccepted(by: fields), let small = Gzip.compress(bytes, level: 5),
            small.count < bytes.count
        else { return response }
        response.fields["Content-Encoding"] = "gzip"
        // Two representations cannot share a strong tag (RFC 9110 §8.8.3).
        if let tag = response.fields["etag"], !tag.hasPrefix("W/") {
            response.fields["ETag"] = "W/" + tag
        }
        response.body = .bytes(small)
        return response
    }
}
