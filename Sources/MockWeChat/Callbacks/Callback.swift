/// Something that WeChat tells an account's server: an event or a message of one fan, as plain XML.
struct Callback: Sendable {
    let serial: Int
    let appid: String
    let openid: String
    let person: String
    /// The event's name, or the message's type.
    let name: String
    /// The plain document; every delivery of it is the same, `CreateTime` included.
    let document: String

    /// A message of the fan's, not an event.
    var isMessage: Bool { name == "text" }

    /// Whether the fan sees it when the account's server fails: one who left does not.
    var isWatched: Bool { name != "unsubscribe" }
}

extension World {
    /// An event (`wechat-wire.md` §2.3). An ordinary follow and an unfollow carry an empty
    /// `EventKey`.
    mutating func event(
        _ name: String, key: String, ticket: String? = nil, of fan: Fan,
        at account: OfficialAccount,
        _ now: Moment
    ) -> Callback {
        var xml = Self.head(of: fan, at: account, now)
        xml.text("MsgType", "event")
        xml.text("Event", name)
        xml.text("EventKey", key)
        if let ticket { xml.text("Ticket", ticket) }
        return callback(name, xml, of: fan)
    }

    /// A text message; `menuItem` when it comes from a tap on a menu message.
    mutating func message(
        _ text: String, menuItem: String?, of fan: Fan, at account: OfficialAccount, _ now: Moment
    ) -> Callback {
        var xml = Self.head(of: fan, at: account, now)
        xml.text("MsgType", "text")
        xml.text("Content", text)
        xml.number("MsgId", Self.firstMsgID + serial("msgid"))
        if let menuItem { xml.text("bizmsgmenuid", menuItem) }
        return callback("text", xml, of: fan)
    }

    private static let firstMsgID = 24_500_000_000_000_000

    private static func head(of fan: Fan, at account: OfficialAccount, _ now: Moment) -> XMLText {
        var xml = XMLText()
        xml.text("ToUserName", account.originalID)
        xml.text("FromUserName", fan.openid)
        xml.number("CreateTime", now.seconds)
        return xml
    }

    private mutating func callback(_ name: String, _ xml: XMLText, of fan: Fan) -> Callback {
        Callback(
            serial: serial("callback"), appid: fan.appid, openid: fan.openid, person: fan.person,
            name: name, document: xml.document)
    }
}
