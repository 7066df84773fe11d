import SQL

/// The query of a call to `/callbacks/wechat/{app_id}`, as WeChat writes it.
package struct CallbackRequest: Sendable {
    package let appID: String
    package let signature: String
    package let timestamp: String
    package let nonce: String
    /// Only in the call that verifies the address.
    package let echo: String?
    /// Only for an encrypted body.
    package let messageSignature: String?

    package init(
        appID: String, signature: String, timestamp: String, nonce: String, echo: String? = nil,
        messageSignature: String? = nil
    ) {
        self.appID = appID
        self.signature = signature
        self.timestamp = timestamp
        self.nonce = nonce
        self.echo = echo
        self.messageSignature = messageSignature
    }
}

/// Why a callback is not believed. Nothing of it is stored.
package enum CallbackRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownAccount
    case wrongSignature
    /// The timestamp lies outside of the window; how far our clock is from the sender's.
    case stale(skew: Duration)
    /// The account's mode asks for encryption, and this came without.
    case notEncrypted
    /// The AES key does not open it, or it was meant for another account.
    case cannotDecrypt(String)
    /// It names another account in `ToUserName` than the one whose address it came to.
    case otherAccount
    case malformed(String)

    package var description: String {
        switch self {
        case .unknownAccount: "no account has this app id"
        case .wrongSignature: "the signature is wrong: the token differs, or WeChat did not send it"
        case .stale(let skew):
            "the timestamp is \(skew) from our clock, more than the window allows"
        case .notEncrypted: "the account takes encrypted messages only, and this one is not"
        case .cannotDecrypt(let words): "it does not decrypt: \(words)"
        case .otherAccount: "it names another account than this address is for"
        case .malformed(let words): "the message is malformed: \(words)"
        }
    }
}

extension CallbackRefusal {
    /// Which setting of the account a refusal is about, as its health keeps it.
    package enum Reason: String, CaseIterable, Sendable, ValueConvertible {
        case wrongSignature = "wrong_signature"
        case stale
        case notEncrypted = "not_encrypted"
        case cannotDecrypt = "cannot_decrypt"
        case otherAccount = "other_account"
    }

    /// Nil when no setting of an account would mend it.
    var reason: Reason? {
        switch self {
        case .wrongSignature: .wrongSignature
        case .stale: .stale
        case .notEncrypted: .notEncrypted
        case .cannotDecrypt: .cannotDecrypt
        case .otherAccount: .otherAccount
        case .unknownAccount, .malformed: nil
        }
    }

    /// Our clock minus the sender's, when it was refused for that.
    var skew: Duration? {
        if case .stale(let skew) = self { skew } else { nil }
    }
}

/// How far from our clock a callback's timestamp may be, either way.
package enum CallbackWindow {
    package static let width: Duration = .seconds(300)
}
