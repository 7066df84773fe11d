import SQL

/// An article that waits in WeChat's draft box 草稿, as it was at the latest sync.
package struct Article: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Article>
    package static let idPrefix = "ar"
    /// The order of every list of them.
    package static let sort = "-changed_at"

    package let id: ID
    /// WeChat's id of the draft.
    package let draftID: String
    package let title: String
    package let digest: String
    /// Its preview at WeChat.
    package let url: String
    /// How many articles the draft has: a reply takes drafts of one.
    package let articleCount: Int
    package let changedAt: Timestamp
    package let syncedAt: Timestamp
    /// Whether the latest sync no longer found it: published, or deleted.
    package let isGone: Bool
    /// Whether its cover was fetched.
    package let hasThumbnail: Bool
}
