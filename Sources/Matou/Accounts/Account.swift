import SQL
import WeChat

/// A connected WeChat side: an official account today; corps and mini programs share the table.
package struct Account: Sendable, Equatable, Identified, Versioned {
    package typealias ID = Identifier<Account>
    package static let idPrefix = "ac"
    package static let nameLimit = 60
    /// The order of every list of accounts.
    package static let sort = "created_at"
    /// Permanent codes that WeChat makes for one account in its whole life (`qrcode/create`).
    package static let permanentCodeLimit = CodeLifetime.permanentCountMax

    package let id: ID
    package let workspace: Workspace.ID
    package let kind: Kind
    package var name: String
    package let appID: String
    /// The id by which WeChat's callbacks name the account (`gh_…`); empty until it is known.
    package var originalID: String
    package var messageMode: MessageMode
    /// Identity verification 认证: only a verified account may make codes with a scene.
    package var isVerified: Bool
    package let authorization: Authorization
    package let health: Health
    package let createdBy: String
    package let createdAt: Timestamp
    package let updatedBy: String
    package let updatedAt: Timestamp
    package let version: Int

    package enum Kind: String, Sendable, CaseIterable {
        case officialAccount = "official_account"
    }

    /// How WeChat delivers callbacks. What arrives in a lesser mode is refused.
    package enum MessageMode: String, Sendable, CaseIterable {
        /// Fields in the clear.
        case plain
        /// Fields in the clear and encrypted beside them.
        case compatible
        /// Encrypted only.
        case safe
    }

    package enum Authorization: String, Sendable, CaseIterable {
        case unauthorized, authorized, revoked
    }

    /// What the last traffic in both directions showed.
    package struct Health: Sendable, Equatable {
        /// WeChat's last refusal of the credentials, nil when the last call for a token was answered.
        package let apiFault: WeChatFault?
        package let callbackVerifiedAt: Timestamp?
        package let callbackSeenAt: Timestamp?
        /// Our clock minus the sender's, at the last callback.
        package let clockSkew: Duration?
        /// The last callback that was refused for a setting of the account, or for a stranger's doing.
        package let lastRefusal: Refused?

        package struct Refused: Sendable, Equatable {
            package let reason: CallbackRefusal.Reason
            package let at: Timestamp
        }

        /// The last refusal when no callback has been taken since.
        package var refusal: Refused? {
            guard let lastRefusal, callbackSeenAt.map({ $0 < lastRefusal.at }) ?? true else {
                return nil
            }
            return lastRefusal
        }
    }

    /// Why a code cannot be made on this account now, or nil.
    ///
    /// An account that WeChat could not be asked about yet is no obstacle: the code is saved, and
    /// the call shows how things stand.
    package var obstacle: Conflict? {
        if !isVerified { return .accountNotVerified }
        let isUnasked = authorization == .unauthorized && health.apiFault?.code == nil
        return authorization == .authorized || isUnasked ? nil : .accountNotAuthorized
    }
}

/// What proves that a callback is WeChat's, and opens it.
package struct CallbackKeys: Sendable {
    package let account: Account.ID
    package let workspace: Workspace
    package let appID: String
    /// What callbacks call the account (`gh_…`); empty until it is known.
    package let originalID: String
    package let mode: Account.MessageMode
    /// The signing token that both sides were given.
    package let token: String
    package let aesKey: String?
}

extension Account.Kind: ValueConvertible {}
extension Account.MessageMode: ValueConvertible {}
extension Account.Authorization: ValueConvertible {}
