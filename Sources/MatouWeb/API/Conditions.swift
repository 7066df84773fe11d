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
        let values = request.fields.values("if-match")
        guard !values.isEmpty, let tags = EntityTag.list(values) else { return nil }
        guard !tags.isEmpty else { throw .invalid("If-Match", .malformed) }
        guard tags.contains(where: { $0.version == present }) else {
            throw .stale(version: present)
        }
        return present
    }
}

extension Response {
    /// The answer, or 304 when the client's `If-None-Match` says that it has it.
    func unlessKnown(to request: Request) -> Response {
        let known = request.fields.values("if-none-match")
        guard status == .ok, request.method.isSafe, !known.isEmpty,
            let text = fields["ETag"], let tag = EntityTag(text)
        else { return self }
        // No list is `*`, which whatever exists matches.
        guard let tags = EntityTag.list(known) else {
            return Response(.notModified, fields: ["ETag": text])
        }
        guard let match = tags.first(where: { tag.matchesWeakly($0.ofIdentity) }) else {
            return self
        }
        // Of the answer that it has, compressed or not; ours are strong, however it is asked.
        return Response(.notModified, fields: ["ETag": match.opaque])
    }
}
