/// An official account (公众号) as its owner set it up at WeChat: who it is, and where its callbacks
/// go.
package struct OfficialAccount: Sendable, Hashable, Codable {
    /// How callbacks are written (`wechat-wire.md` §2.4).
    package enum Mode: String, Sendable, Codable, CaseIterable {
        case plain
        /// Plain fields and `Encrypt` beside each other.
        case compatible
        /// `Encrypt` alone.
        case safe
    }

    package var appid: String
    package var secret: String
    package var name: String
    /// The `gh_…` id that stands in `ToUserName`.
    package var originalID: String
    /// The developer's address; absent while none is set, then no callback leaves.
    package var callbackURL: String?
    /// Signs the callbacks.
    package var token: String
    /// 43 characters; needed unless the mode is plain.
    package var encodingAESKey: String?
    package var mode: Mode
    /// Only a verified account may call the advanced interfaces (48001).
    package var isVerified: Bool
    /// Addresses that may fetch tokens (40164); empty lets every address.
    package var ipWhitelist: [String]
    /// Accounts of one Open Platform account share a unionid for each person.
    package var openPlatform: String?
    /// Mini programs that may be sent as cards (40166); absent lets every appid.
    package var linkedMiniPrograms: [String]?
    /// Daily quotas by path, over WeChat's own.
    package var dailyLimits: [String: Int]
    /// Quotas of a minute by path (45011).
    package var minuteLimits: [String: Int]
    /// Permanent codes of the account's whole life (45029).
    package var permanentCodesMax: Int

    package static let permanentCodesLimit = 100_000

    package init(
        appid: String, secret: String, name: String, originalID: String? = nil,
        callbackURL: String? = nil, token: String = "MatouMockToken", encodingAESKey: String? = nil,
        mode: Mode = .plain, isVerified: Bool = true, ipWhitelist: [String] = [],
        openPlatform: String? = nil, linkedMiniPrograms: [String]? = nil,
        dailyLimits: [String: Int] = [:], minuteLimits: [String: Int] = [:],
        permanentCodesMax: Int = OfficialAccount.permanentCodesLimit
    ) {
        self.appid = appid
        self.secret = secret
        self.name = name
        self.originalID = originalID ?? "gh_" + String(appid.suffix(12))
        self.callbackURL = callbackURL
        self.token = token
        self.encodingAESKey = encodingAESKey
        self.mode = mode
        self.isVerified = isVerified
        self.ipWhitelist = ipWhitelist
        self.openPlatform = openPlatform
        self.linkedMiniPrograms = linkedMiniPrograms
        self.dailyLimits = dailyLimits
        self.minuteLimits = minuteLimits
        self.permanentCodesMax = permanentCodesMax
    }

    /// Refuses settings that WeChat's console would refuse.
    package func check() throws(Refusal) {
        guard (4...64).contains(appid.utf8.count), appid.utf8.allSatisfy(\.isWordByte) else {
            throw .invalid("appid", "An appid is 4 to 64 letters, digits or underscores.")
        }
        guard !secret.isEmpty, secret.utf8.count <= 128 else {
            throw .invalid("secret", "A secret is 1 to 128 bytes.")
        }
        guard !name.isEmpty, name.count <= 64 else {
            throw .invalid("name", "A name is 1 to 64 characters.")
        }
        guard (3...32).contains(token.utf8.count), token.utf8.allSatisfy(\.isAlphanumericByte)
        else {
            throw .invalid("token", "A token is 3 to 32 letters and digits.")
        }
        if let callbackURL, CallbackAddress(callbackURL) == nil {
            throw .invalid("callback_url", "Give an http:// or https:// address.")
        }
        if let encodingAESKey, EncodingAESKey(encodingAESKey) == nil {
            throw .invalid("encoding_aes_key", "An EncodingAESKey is 43 letters and digits.")
        }
        if mode != .plain, encodingAESKey == nil {
            throw .invalid("encoding_aes_key", "The \(mode) mode needs an EncodingAESKey.")
        }
        guard (0...Self.permanentCodesLimit).contains(permanentCodesMax) else {
            throw .invalid("permanent_codes_max", "0 to \(Self.permanentCodesLimit) codes.")
        }
    }
}

/// What the gateway's own control interface refuses, for the person who drives it.
package enum Refusal: Error, Sendable, Hashable {
    case invalid(_ field: String, _ reason: String)
    case missing(_ what: String)
    case conflict(_ reason: String)
}

extension UInt8 {
    var isAlphanumericByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    var isWordByte: Bool { isAlphanumericByte || self == UInt8(ascii: "_") }
}
