/// Conditional requests (RFC 9110 §13), in the standard's order of precedence.
struct Preconditions: Sendable {
    enum Verdict {
        case proceed
        case notModified
        case failed
    }

    let tag: EntityTag
    /// In seconds since 1970, UTC.
    let lastModified: Int

    func verdict(_ request: Request) -> Verdict {
        let fields = request.fields
        if fields.contains("if-match") {
            let tags = EntityTag.list(fields.values("if-match"))
            if let tags, !tags.contains(where: tag.matchesStrongly) { return .failed }
        } else if let date = date("if-unmodified-since", fields), lastModified > date {
            return .failed
        }
        let isSafe = request.method == .get || request.method == .head
        if fields.contains("if-none-match") {
            let tags = EntityTag.list(fields.values("if-none-match"))
            guard let tags, !tags.contains(where: tag.matchesWeakly) else {
                return isSafe ? .notModified : .failed
            }
        } else if isSafe, let date = date("if-modified-since", fields), lastModified <= date {
            return .notModified
        }
        return .proceed
    }

    /// Whether a `Range` may be followed: only if `If-Range`, where there is one, still names what
    /// we have.
    func permitsRange(_ request: Request) -> Bool {
        guard let condition = request.fields["if-range"] else { return true }
        if let tag = EntityTag(condition) { return tag.matchesStrongly(self.tag) }
        return HTTPDate.parse(condition) == lastModified
    }

    private func date(_ name: String, _ fields: Fields) -> Int? {
        let values = fields.values(name)
        return values.count == 1 ? HTTPDate.parse(values[0]) : nil
    }
}
