import SQL

/// The person behind followers and form submissions 联系人; its page is User 360.
///
/// A contact is a set of followers, and of people who sent a form without a scan, that merges have
/// found to be one. Facts point at followers, so a merge can be undone without touching any.
package struct Contact: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Contact>
    package static let idPrefix = "co"
    package static let nameLimit = 60
    /// More than these do not become one: what so many share is a shop's number and nobody's.
    package static let identitiesMax = 50

    /// The least id of those it is merged with.
    package let id: ID
    /// What it consists of.
    package let identities: [Identity]
    package let name: String?
    package let keys: [ContactKey]
    package let tags: [Tagging]

    /// One of what a contact consists of.
    package struct Identity: Sendable, Equatable {
        package let id: ID
        /// Nil for one who sent a form without a scan.
        package let follower: FollowerKey?
        /// Nil for whom no follow and no unfollow is known.
        package let isFollowing: Bool?
        /// The code that their first follow came through, with the source channel that it had then.
        package let source: CodeName?
        package let seenAt: Timestamp?
    }

    package struct Tagging: Sendable, Equatable {
        package let tag: ContactTag
        package let code: QRCode.ID?
        package let at: Timestamp
    }

    /// The code that brought the contact: that of the earliest first follow.
    package var source: CodeName? {
        identities.filter { $0.source != nil }
            .min { ($0.seenAt?.milliseconds ?? .max) < ($1.seenAt?.milliseconds ?? .max) }?.source
    }

    package var seenAt: Timestamp? { identities.compactMap(\.seenAt).min() }

    /// The follower that stands for the contact in a list.
    ///
    /// - Parameter isFollowing: whether one who follows is looked for first, or one who has left.
    package func follower(whoFollows isFollowing: Bool = true) -> FollowerKey? {
        let followers = identities.filter { $0.follower != nil }
        return (followers.first { $0.isFollowing == isFollowing } ?? followers.first)?.follower
    }

    package var followers: [FollowerKey] { identities.compactMap(\.follower) }
}

/// A code by its id and name.
package struct CodeName: Sendable, Hashable {
    package let id: QRCode.ID
    package let name: String
    /// The source channel; may be empty.
    package let source: String
}

/// A person under one official account.
package struct FollowerKey: Sendable, Hashable {
    package let account: Account.ID
    package let openid: String

    package init(account: Account.ID, openid: String) {
        self.account = account
        self.openid = openid
    }
}

extension Identifier<Contact> {
    /// The contact that a follower is from the beginning, before any row is written for it: the
    /// account's id and the openid, with a point in between that neither can hold.
    package init(_ follower: FollowerKey) {
        let account = follower.account.text.drop { $0 != "_" }.dropFirst()
        self.init("co_\(account).\(follower.openid)")
    }

    /// The follower that this contact began as; nil for one who came without a scan.
    package var follower: FollowerKey? {
        guard text.hasPrefix("co_"), let point = text.firstIndex(of: ".") else { return nil }
        let account = text[..<point].dropFirst(3)
        return FollowerKey(
            account: Account.ID("\(Account.idPrefix)_\(account)"),
            openid: String(text[text.index(after: point)...]))
    }
}

/// The contact of a row that has `account_id` and `openid`, as `Contact.ID(_:)` computes it.
///
/// - Parameter table: the row's name in the query.
func contactID(of table: Statement) -> Statement {
    "'co_' || substr(\(fragment: table).account_id, 4) || '.' || \(fragment: table).openid"
}
