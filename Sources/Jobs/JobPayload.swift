import Foundation

/// What a job of one kind carries, as JSON in the database.
///
/// The kind and the JSON outlive a release: keep names, and give new fields a default.
public protocol JobPayload: Codable, Sendable {
    /// A stable name, such as `reply.send`.
    static var kind: String { get }
}

extension Job {
    /// - Throws: `EncodingError` when the payload has no JSON form, such as a number that is not finite.
    public init(
        id: String, workspace: String, _ payload: some JobPayload, lane: String? = nil,
        priority: Int = 0, runAt: Int64, dedupeKey: String? = nil
    ) throws {
        let json = try JSONEncoder().encode(payload)
        self.init(
            id: id, workspace: workspace, kind: type(of: payload).kind,
            payload: String(decoding: json, as: UTF8.self), lane: lane, priority: priority,
            runAt: runAt, dedupeKey: dedupeKey)
    }

    /// - Throws: `DecodingError` when the JSON is not that of a `P`.
    public func payload<P: JobPayload>(as type: P.Type = P.self) throws -> P {
        try JSONDecoder().decode(P.self, from: Data(payload.utf8))
    }
}
