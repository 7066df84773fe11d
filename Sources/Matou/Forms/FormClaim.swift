import Foundation

/// What a form's link carries when it is sent to a follower: who it was sent to, for which scan,
/// and until when it says so. Sealed, so that nobody reads it or makes another.
struct FormClaim: Codable, Sendable {
    /// A link is read days after it was sent; after a month it is a link like any other.
    static let lifetime: Duration = .seconds(30 * 86_400)

    let form: String
    let account: String
    let openid: String
    let code: String?
    /// The scan that was answered.
    let scan: Int64
    let until: Int64

    var follower: FollowerKey { FollowerKey(account: Account.ID(account), openid: openid) }
    var once: String { "scan \(scan)" }
}

/// What the page of a form is given when it is drawn: when that was, and what tells two sendings of
/// one page from two pages.
struct FormStamp: Codable, Sendable {
    /// Faster than this nobody types.
    static let fastest: Duration = .seconds(1)
    static let lifetime: Duration = .seconds(86_400)

    let form: String
    let at: Int64
    let once: String
}

extension Sealer {
    /// A value as a word for an address.
    func word(_ value: some Encodable, for purpose: String) throws -> String {
        let sealed = try seal(StoredJSON.text(value), for: purpose)
        return sealed.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for a word that is not ours, or was made for another purpose.
    func value<Value: Decodable>(of word: String, as _: Value.Type, for purpose: String) -> Value? {
        guard word.utf8.count <= 2048 else { return nil }
        var text = word.replacing("-", with: "+").replacing("_", with: "/")
        while (text.utf8.count - "v1.".utf8.count) % 4 != 0 { text += "=" }
        guard let json = try? open(text, for: purpose) else { return nil }
        return try? StoredJSON.value(Value.self, of: json)
    }
}
