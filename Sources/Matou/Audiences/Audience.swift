import SQL

/// A frozen set of contacts 人群: who met a condition when it was made. Who meets it later is not
/// added.
package struct Audience: Sendable, Equatable, Identified, Versioned {
    package typealias ID = Identifier<Audience>
    package static let idPrefix = "au"
    package static let nameLimit = 60
    /// The order of every list of audiences, the latest first.
    package static let sort = "-created_at"
    /// The order of its members.
    package static let membersSort = "contact_id"

    package let id: ID
    package let name: String
    package let condition: AudienceCondition
    package let state: State
    /// People looked at so far.
    package let examined: Int
    /// People who were found to meet the condition; whatever becomes of them, this stays.
    package let members: Int
    /// People whom the list and its export have now: two of the members may be one by now, one may
    /// have been parted into two, and one may have been erased.
    package let people: Int
    package let createdBy: String
    package let createdAt: Timestamp
    package let finishedAt: Timestamp?
    package let version: Int

    package enum State: String, Sendable, CaseIterable, ValueConvertible {
        case building, ready
        /// Given up after several attempts.
        case failed
    }
}
