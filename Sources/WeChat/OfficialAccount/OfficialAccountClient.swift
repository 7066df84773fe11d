/// One official account's outgoing API: the whole of `wechat-wire.md` §1, also what Matou does not call.
///
/// Every call brings the account's token, and when WeChat refuses that, tries again with what the
/// keeper gives: once after a normal fetch, once after a forced one. A refused token did nothing,
/// so this is safe for every call.
public struct OfficialAccountClient: Sendable {
    public let tokens: TokenKeeper

    public init(tokens: TokenKeeper) {
        self.tokens = tokens
    }

    /// - Parameter leaseHolder: names this process among those that share the store; any unique
    ///   text.
    public init(
        credential: AppCredential, store: any TokenStore, gateway: Gateway, leaseHolder: String
    ) {
        tokens = TokenKeeper(
            credential: credential, store: store, gateway: gateway, leaseHolder: leaseHolder)
    }

    func answer(to call: APICall) async throws(WeChatError) -> Answer {
        var token = try await tokens.token()
        for forced in [false, true] {
            do {
                return try await tokens.gateway.answer(to: call, token: token.value)
            } catch  where error.needsNewToken {
                token = try await tokens.replacement(for: token, forced: forced, after: error)
            }
        }
        return try await tokens.gateway.answer(to: call, token: token.value)
    }

    func value<Value: Decodable>(
        of call: APICall, as _: Value.Type = Value.self
    ) async throws(WeChatError) -> Value {
        try await answer(to: call).decoded()
    }

    func run(_ call: APICall) async throws(WeChatError) {
        let answer = try await answer(to: call)
        guard answer.isJSON else {
            throw .invalidAnswer(InvalidAnswer(status: answer.status, .notJSON))
        }
    }
}
