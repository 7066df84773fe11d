extension OfficialAccountClient {
    /// After a scan, a follow or a tap on a menu: this many messages within a minute
    /// (`wechat-wire.md` §1.4).
    public static let repliesAfterScanMax = 3
    public static let replyWindow = Duration.seconds(60)
    /// After a message of the person: this many within 48 hours.
    public static let repliesAfterMessageMax = 5
    public static let conversationWindow = Duration.seconds(48 * 3600)

    /// Sends one message to one person.
    ///
    /// It goes out at most once: an error with `mayHaveArrived` leaves open whether the person got
    /// it.
    ///
    /// - Parameter agent: a customer-service account (`name@account`) that the message is shown as
    ///   from.
    public func send(
        _ message: CustomMessage, to openID: String, as agent: String? = nil
    ) async throws(WeChatError) {
        try await run(
            .post(
                "/cgi-bin/message/custom/send",
                MessageRequest(openID: openID, message: message, agent: agent),
                repeating: .onlyIfNotSent))
    }

    /// Shows the person that an answer is being typed, or no longer.
    public func showTyping(_ isTyping: Bool, to openID: String) async throws(WeChatError) {
        struct Body: Encodable {
            var touser: String
            var command: String
        }
        try await run(
            .post(
                "/cgi-bin/message/custom/typing",
                Body(touser: openID, command: isTyping ? "Typing" : "CancelTyping"),
                repeating: .onlyIfNotSent))
    }
}

private struct MessageRequest: Encodable {
    enum Key: String, CodingKey { case touser, customservice }
    enum AgentKey: String, CodingKey { case kf_account }

    var openID: String
    var message: CustomMessage
    var agent: String?

    func encode(to encoder: any Encoder) throws {
        try message.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(openID, forKey: .touser)
        if let agent {
            var nested = container.nestedContainer(keyedBy: AgentKey.self, forKey: .customservice)
            try nested.encode(agent, forKey: .kf_account)
        }
    }
}
