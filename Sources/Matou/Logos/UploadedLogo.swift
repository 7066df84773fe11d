/// A picture that somebody uploaded to stand in codes, in the normal form that codes draw.
package struct UploadedLogo: Sendable, Hashable, Identified {
    package typealias ID = Identifier<UploadedLogo>
    package static let idPrefix = "lg"
    package static let nameLimit = 60
    /// Logos of a workspace: a page shows all of them.
    package static let countMax = 100
    /// The order of the list, the newest first.
    package static let sort = "-id"

    package let id: ID
    package let name: String
    package let width: Int
    package let height: Int
    package let createdBy: String
    package let createdAt: Timestamp
}
