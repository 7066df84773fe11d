/// A callback as it goes out: one body for every delivery, and a signature made anew for each
/// (`wechat-wire.md` §2.2).
struct Envelope: Sendable {
    let body: [UInt8]
    private let openid: String
    private let token: String
    /// Base64; absent in plain mode.
    private let encrypted: String?

    /// Absent when the account's key cannot be used.
    init?(_ callback: Callback, for account: OfficialAccount, random: [UInt8]) {
        openid = callback.openid
        token = account.token
        guard account.mode != .plain else {
            encrypted = nil
            body = Array(callback.document.utf8)
            return
        }
        guard let cipher = account.cipher,
            let secret = cipher.encrypt(callback.document, random: random)
        else { return nil }
        encrypted = secret
        var xml = XMLText()
        xml.text("ToUserName", account.originalID)
        xml.text("Encrypt", secret)
        var text = xml.document
        if account.mode == .compatible {
            // Before the last tag, and no other: a text may hold what looks like one.
            text = String(callback.document.dropLast("</xml>".count))
            text += "<Encrypt><![CDATA[\(secret)]]></Encrypt></xml>"
        }
        body = Array(text.utf8)
    }

    /// The query of one delivery.
    func query(timestamp: Int64, nonce: String) -> [(String, String)] {
        let time = String(timestamp)
        var items = [
            ("signature", CallbackSignature.sign(token, time, nonce)), ("timestamp", time),
            ("nonce", nonce), ("openid", openid),
        ]
        if let encrypted {
            items.append(("encrypt_type", "aes"))
            items.append(("msg_signature", CallbackSignature.sign(token, time, nonce, encrypted)))
        }
        return items
    }
}

extension OfficialAccount {
    /// Absent without a usable EncodingAESKey.
    var cipher: CallbackCipher? {
        encodingAESKey.flatMap(EncodingAESKey.init).map {
            CallbackCipher(key: $0, receiveID: appid)
        }
    }
}
