/// The person behind followers and form submissions 联系人; its page is User 360.
///
/// A contact is a set of followers, and of people who sent a form without a scan, that merges have
/// found to be one. Facts point at followers, so a merge can be undone without touching any.
package struct Contact: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Contact>
    package static let idPrefix = "co"
    package static let nameLimit = 60

    package let id: ID
    /// The followers and lone submitters that it consists of, itself among them.
    package let identities: [Identity]
    package let name: String?

    /// One of what a contact consists of.
    package struct Identity: Sendable, Equatable {
        package let id: ID
        /// Nil for one who sent a form without a scan.
        package let follower: FollowerName?
    }
}

/// A person under one official account.
package struct FollowerName: Sendable, Hashable {
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
    package init(_ follower: FollowerName) {
        let account = follower.account.text.drop { $0 != "_" }.dropFirst()
        self.init("co_\(account).\(follower.openid)")
    }

    /// The follower that this contact began as; nil for one who came without a scan.
    package var follower: FollowerName? {
        guard text.hasPrefix("co_"), let point = text.firstIndex(of: ".") else { return nil }
        let account = text[..<point].dropFirst(3)
        return FollowerName(
            account: Account.ID("\(Account.idPrefix)_\(account)"),
            openid: String(text[text.index(after: point)...]))
    }
}
