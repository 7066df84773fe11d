import Matou

/// Somebody in a list: partials/person.
struct PersonView: Sendable {
    let path: String
    /// Of the name; nil shows an icon.
    let initial: String?
    /// A name, or what else tells people apart; nil for an openid alone.
    let name: String?
    /// The whole of it, to point at.
    let openid: String?
    /// Its beginning and its end: enough to compare two by.
    let shortOpenid: String?

    /// - Parameter name: empty is none.
    init(name: String?, openid: String?, path: String) {
        self.path = path
        self.name = name?.nilIfEmpty
        initial = self.name?.initial
        self.openid = openid
        shortOpenid = openid.map { openid in
            openid.count > 12 ? "\(openid.prefix(4))…\(openid.suffix(4))" : openid
        }
    }

    /// - Parameter isFollowing: whether the openid of one who follows is preferred, or who has left.
    init(_ contact: Contact, whoFollows isFollowing: Bool = true) {
        self.init(
            name: contact.name ?? contact.keys.first?.readable,
            openid: contact.follower(whoFollows: isFollowing)?.openid, path: contact.path)
    }
}

extension ContactKey {
    /// As people read it: a Chinese mobile number in groups, without its country.
    var readable: String {
        guard kind == .mobile, value.hasPrefix("+86"), value.utf8.count == 14 else { return value }
        let digits = value.dropFirst(3)
        return "\(digits.prefix(3)) \(digits.dropFirst(3).prefix(4)) \(digits.suffix(4))"
    }
}
