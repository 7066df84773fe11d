import WeChat

/// An article at WeChat, as it was at the latest sync: one that waits in the draft box 草稿, or one
/// that was published 发布.
package struct Article: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Article>
    package static let idPrefix = "ar"
    /// The order of every list of them.
    package static let sort = "-changed_at"

    package let id: ID
    package let account: Account.ID
    package let reference: Reference
    package let title: String
    package let digest: String
    /// Its page at WeChat, a preview while it is a draft.
    package let url: String
    /// How many articles are in it: a reply takes one.
    package let articleCount: Int
    package let changedAt: Timestamp
    package let syncedAt: Timestamp
    /// Whether the latest sync no longer found it: published, or deleted.
    package let isGone: Bool
    /// Whether its cover was fetched.
    package let hasThumbnail: Bool

    /// What a message names it by. WeChat gives an article another id when it is published.
    package enum Reference: Sendable, Equatable {
        /// The draft's `media_id`.
        case draft(String)
        /// The `article_id`.
        case published(String)

        package var isPublished: Bool { if case .published = self { true } else { false } }

        var id: String {
            switch self {
            case .draft(let id), .published(let id): id
            }
        }
    }
}

/// An article that a sync has read.
struct SyncedArticle: Sendable {
    let reference: Article.Reference
    let changedAt: Timestamp
    let count: Int
    let first: Draft.Article
}

/// What a sync of an account's articles came to.
package struct ArticleSync: Sendable, Equatable {
    /// Drafts and publications that were read.
    package var read = 0
    /// Those that WeChat says there are.
    package var total = 0
    /// Codes that go on sending an article which WeChat no longer has.
    package var codesWithGone = 0
    /// Whether all were read. Otherwise none of the others was marked as gone.
    package var isWhole: Bool { read >= total }
}

/// Where the bytes of a cover are, and what they are.
package struct ArticleCover: Sendable {
    package let path: String
    package let sha256: String
    package let media: MediaFile
}
