extension World {
    /// The last messages that a person keeps, and that the gateway keeps of everybody.
    static let messagesPerPersonMax = 500
    static let messagesMax = 300_000

    /// Puts a message on a person's phone.
    @discardableResult
    mutating func deliver(
        _ content: Message.Content, to person: String, from appid: String,
        via origin: Message.Origin,
        at now: Moment
    ) -> Message {
        let message = Message(
            id: serial("message"), person: person, appid: appid, at: now, origin: origin,
            content: content)
        messages[String(message.id)] = message
        index.inboxes[person, default: []].append(message.id)
        forgetOldMessages(of: person)
        return message
    }

    /// A person's messages, oldest first.
    ///
    /// - Parameters:
    ///   - appid: Only the chat with this account.
    ///   - after: Only messages with a greater id.
    ///   - includingOwn: Also what the person wrote and did.
    func inbox(
        of person: String, appid: String? = nil, after: Int = 0, includingOwn: Bool = false
    ) -> [Message] {
        (index.inboxes[person] ?? []).compactMap { id in
            guard id > after, let message = messages[String(id)] else { return nil }
            guard includingOwn || message.origin != .person else { return nil }
            return appid == nil || message.appid == appid ? message : nil
        }
    }

    private mutating func forgetOldMessages(of person: String) {
        if let oldest = index.inboxes[person]?.first,
            index.inboxes[person]?.count ?? 0 > Self.messagesPerPersonMax
        {
            index.inboxes[person]?.removeFirst()
            messages[String(oldest)] = nil
        }
        while messages.count > Self.messagesMax {
            settings.serials["forgottenMessage", default: 0] += 1
            messages[String(settings.serials["forgottenMessage", default: 0])] = nil
        }
    }
}
