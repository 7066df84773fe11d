import Crypto
import Foundation
import HTTP
import Matou

/// Conditional requests (RFC 9110 §13).
///
/// A resource's entity tag is `"version.digest"`: the digest tells answers apart whose figures
/// moved, the version is what a change replaces.
extension EntityTag {
    init(of bytes: [UInt8], version: Int? = nil) {
        let digest = SHA256.hash(data: Data(bytes)).prefix(8).hexadecimal
        self.init(strong: (version.map { "\($0)." } ?? "") + digest)
    }

    /// The version that the tag names; nil for a weak tag, which no change may rely on.
    fileprivate var version: Int? {
        isWeak ? nil : Int(opaque.dropFirst().dropLast().prefix { $0 != "." })
    }
}

extension APICall {
    /// The version that must still be there when the change is made: `present`, or nil without an
    /// `If-Match` that names one. Figures that moved since are no obstacle.
    ///
    /// - Throws: `Refusal.stale` when `If-Match` names other versions only; `Refusal.invalid` when
    ///   it names nothing.
    func expectedVersion(_ present: Int) throws(Refusal) -> Int? {
        guard let tags = expectedTags else { return nil }
        guard !tags.isEmpty else { throw .invalid("If-Match", .malformed) }
        guard tags.contains(where: { $0.version == present }) else {
            throw .stale(version: present)
        }
        return present
    }

    /// Reads, merges and writes what it has read, all by `body`. A client that names no version is in
    /// nobody's way: when somebody else was faster, its members are merged with what they left.
    ///
    /// - Throws: `Refusal.stale` for a client that names one with `If-Match`.
    func merging<Merged>(_ body: () async throws -> Merged) async throws -> Merged {
        guard expectedTags == nil else { return try await body() }
        // Whenever this one is late, another has written: somebody always gets on.
        for _ in 1..<Self.mergesMax {
            do { return try await body() } catch Refusal.stale(_) {}
        }
        return try await body()
    }

    private static let mergesMax = 100

    /// Those of `If-Match`; nil without it and for `*`, which whatever is there matches.
    private var expectedTags: [EntityTag]? {
        let values = request.fields.values("if-match")
        return values.isEmpty ? nil : EntityTag.list(values)
    }
}

extension Response {
    /// The answer, or 304 when the client's `If-None-Match` says that it has it.
    ///
    /// - Throws: `RepresentationFault.preconditionFailed` when `If-Match` names others only.
    func unlessKnown(to request: Request) throws(RepresentationFault) -> Response {
        guard status == .ok, request.method.isSafe else { return self }
        let tag = fields["ETag"].flatMap { EntityTag($0) }
        let wanted = request.fields.values("if-match")
        // No list is `*`, which whatever exists matches.
        if !wanted.isEmpty, let tags = EntityTag.list(wanted) {
            let isThere = tags.contains { tag?.matchesStrongly($0.ofIdentity) ?? false }
            guard isThere else { throw .preconditionFailed }
        }
        let known = request.fields.values("if-none-match")
        guard !known.isEmpty, let tag, let text = fields["ETag"] else { return self }
        guard let tags = EntityTag.list(known) else { return notModified(text) }
        guard let match = tags.first(where: { tag.matchesWeakly($0.ofIdentity) }) else {
            return self
        }
        // Of the answer that it has, compressed or not; ours are strong, however it is asked.
        return notModified(match.opaque)
    }

    /// What a 304 repeats of the answer that it stands for (RFC 9110 §15.4.5).
    private func notModified(_ tag: String) -> Response {
        var known = Response(.notModified, fields: ["ETag": tag])
        for name in ["Cache-Control", "Vary"] { known.fields[name] = fields[name] }
        return known
    }
}
