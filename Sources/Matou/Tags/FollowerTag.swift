import Jobs
import SQL
import WeChat

/// A tag of WeChat's 粉丝标签 on the followers of one account (`wechat-wire.md` §1.2).
package struct FollowerTag: Sendable, Equatable, Identified {
    package typealias ID = Identifier<FollowerTag>
    package static let idPrefix = "ft"
    /// In UTF-8, the stricter reading of WeChat's pages.
    package static let nameBytesMax = WeChat.FollowerTag.nameBytesMax
    /// What WeChat lets one follower wear.
    package static let perFollowerMax = WeChat.FollowerTag.perFollowerMax
    /// What WeChat lets one account have.
    package static let perAccountMax = WeChat.FollowerTag.countMax

    package let id: ID
    package let account: Account.ID
    package let name: String
    /// Nil until WeChat has made it.
    package let wechatID: Int?
    /// How many wear it, as WeChat counted at the last sync.
    package let followers: Int?
    /// Why WeChat has not made it.
    package let fault: WeChatFault?

    /// WeChat's own (blacklist, 星标组 and the like), which cannot be changed.
    package var isBuiltIn: Bool {
        wechatID.map(WeChat.FollowerTag.builtInIDs.contains) ?? false
    }

    static func fault(of name: String) -> FieldFault.Code? {
        if name.utf8.count > nameBytesMax { return .tooLong(limit: nameBytesMax, unit: .bytes) }
        return ContactTag.fault(of: name)
    }
}
