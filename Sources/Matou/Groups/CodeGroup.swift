import SQL

/// A folder of codes of one kind.
package struct CodeGroup: Sendable, Equatable, Identified {
    package typealias ID = Identifier<CodeGroup>
    package static let idPrefix = "gr"
    package static let nameLimit = 40

    package let id: ID
    package let name: String

    /// What a group holds.
    package enum Kind: String, Sendable, ValueConvertible {
        case qrCode = "qr_code"
    }
}

extension CodeGroup {
    /// A group with what it holds.
    package struct Entry: Sendable, Equatable, Versioned {
        package let group: CodeGroup
        /// Codes that are not deleted.
        package let codes: Int
        package let createdBy: String
        package let createdAt: Timestamp
        package let version: Int
    }
}

extension FieldFaults {
    /// The name of a group, trimmed: of the one there is, or of a new one.
    mutating func groupName(_ field: String, _ name: String, required: Bool) -> String {
        let name = line(field, name, limit: CodeGroup.nameLimit, required: required)
        if CodeGroup.ID.isForm(of: name) { add(field, .idForName) }
        return name
    }
}

extension CodeGroup {
    /// What a change of a group is remembered by, and what a deleted one is made of again.
    struct Snapshot: Codable, Sendable {
        let name: String
        var createdBy: String?
        var createdAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case name
            case createdBy = "created_by"
            case createdAt = "created_at"
        }
    }
}
