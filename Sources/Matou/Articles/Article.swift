import SQL

/// An article that waits in WeChat's draft box 草稿, as it was at the latest sync.
package struct Article: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Article>
    package static let idPrefix = "ar"
    /// The order of every list of them.
    package static let sort = "-changed_at"

    package let id: ID
    package let account: Account.ID
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

/// What a sync of an account's drafts came to.
package struct ArticleSync: Sendable, Equatable {
    /// Drafts that were read.
    package let read: Int
    /// Drafts that WeChat says there are.
    package let total: Int
    /// Whether all were read. Otherwise none of the others was marked as gone.
    package let isWhole: Bool
}

/// Where the bytes of a cover are, and what they are.
package struct ArticleCover: Sendable {
    package let path: String
    package let sha256: String
    package let media: MediaFile
}
