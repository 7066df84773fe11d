/// What a scan led to.
package enum ScanOutcome: Sendable, Hashable {
    /// A follower scanned: `SCAN` was pushed.
    case event(appid: String)
    /// No follower: the phone shows the account's card, and nothing is pushed unless they follow.
    case card(appid: String)
    /// The code's time is over.
    case expired(appid: String)
    /// No account's code: the phone shows the text.
    case unknown
}

/// What people do with their phones, and the callback that WeChat makes of it.
extension World {
    mutating func scan(_ content: String, by id: String, at now: Moment)
        throws(Refusal) -> (ScanOutcome, Callback?)
    {
        let person = try person(id)
        guard content.utf8.count <= 4096 else {
            throw .invalid("content", "A code holds at most 4,096 bytes.")
        }
        guard let ticket = index.tickets[content], let code = codes[ticket],
            let account = accounts[code.appid]
        else { return (.unknown, nil) }
        guard !code.isExpired(at: now) else { return (.expired(appid: code.appid), nil) }

        var fan = fan(person.id, at: code.appid)
        guard fan.isSubscribed else {
            fan.pendingTicket = ticket
            fans[fan.openid] = fan
            return (.card(appid: code.appid), nil)
        }
        fan.open(.scan, at: now)
        fans[fan.openid] = fan
        deliver(.scanned(scene: code.scene.key), to: id, from: code.appid, via: .person, at: now)
        let callback = event("SCAN", key: code.scene.key, ticket: ticket, of: fan, at: account, now)
        return (.event(appid: code.appid), callback)
    }

    /// Follows the account, with the scene of the code that the person scanned last, if any.
    ///
    /// - Parameter appid: May be absent when a scanned code is pending, or when there is only one
    ///   account.
    mutating func follow(_ appid: String?, by id: String, at now: Moment)
        throws(Refusal) -> Callback
    {
        let person = try person(id)
        let account = try account(appid, orSole: { self.fan(id, at: $0).pendingTicket != nil })
        var fan = fan(person.id, at: account.appid)
        guard !fan.isSubscribed else {
            throw .conflict("\(person.name) follows \(account.name) already.")
        }
        let code = fan.pendingTicket.flatMap { codes[$0] }
        fan.follow(with: code, at: now)
        fans[fan.openid] = fan
        deliver(.followed, to: id, from: account.appid, via: .person, at: now)
        let key = code.map { "qrscene_" + $0.scene.key } ?? ""
        return event("subscribe", key: key, ticket: code?.ticket, of: fan, at: account, now)
    }

    mutating func unfollow(_ appid: String?, by id: String, at now: Moment)
        throws(Refusal) -> Callback
    {
        let (account, follower) = try follower(id, of: appid)
        var fan = follower
        fan.unfollow()
        fans[fan.openid] = fan
        deliver(.unfollowed, to: id, from: account.appid, via: .person, at: now)
        return event("unsubscribe", key: "", of: fan, at: account, now)
    }

    /// Puts the card of a scanned account away without following.
    mutating func dismissCard(of appid: String, by id: String) {
        var fan = fan(id, at: appid)
        guard fan.pendingTicket != nil else { return }
        fan.pendingTicket = nil
        fans[fan.openid] = fan
    }

    mutating func send(_ text: String, to appid: String?, by id: String, at now: Moment)
        throws(Refusal) -> Callback
    {
        let (account, follower) = try follower(id, of: appid)
        guard !text.isEmpty, text.utf8.count <= Self.sentTextBytesMax else {
            throw .invalid("text", "A text has 1 to \(Self.sentTextBytesMax) bytes.")
        }
        return say(text, menuItem: nil, opening: .message, follower, account, now)
    }

    /// Taps an item of a menu message, which sends its words.
    mutating func tap(_ item: String, of messageID: Int, by id: String, at now: Moment)
        throws(Refusal) -> Callback
    {
        guard let message = messages[String(messageID)], message.person == id,
            case .menu(_, let items, _) = message.content
        else { throw .missing("There is no menu message \(messageID) in this inbox.") }
        guard let chosen = items.first(where: { $0.id == item }) else {
            throw .missing("The menu has no item \(item).")
        }
        let (account, follower) = try follower(id, of: message.appid)
        return say(chosen.content, menuItem: item, opening: .menuClick, follower, account, now)
    }

    static let sentTextBytesMax = 2048

    private mutating func say(
        _ text: String, menuItem: String?, opening action: Allowance.Action, _ follower: Fan,
        _ account: OfficialAccount, _ now: Moment
    ) -> Callback {
        var fan = follower
        fan.open(action, at: now)
        fans[fan.openid] = fan
        deliver(.text(text), to: fan.person, from: account.appid, via: .person, at: now)
        return message(text, menuItem: menuItem, of: fan, at: account, now)
    }

    private func follower(_ id: String, of appid: String?)
        throws(Refusal) -> (OfficialAccount, Fan)
    {
        let person = try person(id)
        let account = try account(appid, orSole: { self.fan(id, at: $0).isSubscribed })
        let fan = fan(id, at: account.appid)
        guard fan.isSubscribed else {
            throw .conflict("\(person.name) does not follow \(account.name).")
        }
        return (account, fan)
    }

    /// The named account; without a name the only one that matches, or the only one at all.
    private func account(_ appid: String?, orSole matches: (String) -> Bool)
        throws(Refusal) -> OfficialAccount
    {
        if let appid { return try account(appid) }
        let appids = Array(accounts.records.keys)
        let matching = appids.filter(matches)
        if matching.count == 1 { return try account(matching[0]) }
        if appids.count == 1 { return try account(appids[0]) }
        throw .invalid("account", "Say which account: give its appid.")
    }
}
