import SQL

/// A person who signs in. Which workspaces they see is said by their memberships.
package struct User: Sendable, Equatable, Identified {
    package typealias ID = Identifier<User>
    package static let idPrefix = "us"
    package static let nameLimit = 60
    /// RFC 5321 §4.5.3.1.3: a path of 256 octets with its brackets.
    package static let emailLimit = 254

    package let id: ID
    package var email: String
    package var name: String
}

/// A user's place in one workspace.
package struct Member: Sendable, Equatable {
    /// The order of a list: who joined first.
    package static let sort = "joined_at"

    package let user: User
    package let role: Role
    package let joinedAt: Timestamp
}

extension User {
    init(_ row: Row) throws {
        id = try row.get("id")
        email = try row.get("email")
        name = try row.get("name")
    }

    /// One `@` with something on both sides and no space: the rest only a delivery can tell.
    static func isPlausible(email: String) -> Bool {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && !email.contains(where: { $0.isWhitespace || $0.isNewline })
    }
}

extension Role: ValueConvertible {}
