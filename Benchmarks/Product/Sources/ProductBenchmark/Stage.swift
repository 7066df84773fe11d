import Foundation

/// Matou with an account and two codes, and WeChat beside it.
final class Stage {
    struct Code {
        let id: String
        let scene: String
        let hasReply: Bool
    }

    let wechat: WeChatStub
    let matou: Matou
    let answering: Code
    let silent: Code
    private var people = 0
    private var accepted: [String: Int] = [:]

    init(program: String, folder: String) throws {
        wechat = try WeChatStub()
        matou = try Matou(program, folder: folder, wechatPort: wechat.port)
        let account = try matou.api(
            "POST", "/accounts",
            [
                "name": "码头", "app_id": Callback.appID, "secret": "secret",
                "token": Callback.token, "message_mode": "plain", "verified": true,
            ])
        let id = account["id"] as? String ?? ""
        answering = try Self.makeCode(matou, of: id, reply: ["欢迎关注，回复「1」领取会员礼。"])
        silent = try Self.makeCode(matou, of: id, reply: [])
    }

    private static func makeCode(
        _ matou: Matou, of account: String, reply: [String]
    ) throws -> Code {
        let code = try matou.api(
            "POST", "/qr-codes",
            [
                "account_id": account, "name": reply.isEmpty ? "无回复" : "有回复",
                "type": "permanent", "reply": reply.map { ["format": "text", "text": $0] },
            ])
        guard let id = code["id"] as? String, let scene = code["scene"] as? String else {
            throw Failure("the code was not made: \(code)")
        }
        return Code(id: id, scene: scene, hasReply: !reply.isEmpty)
    }

    func close() { matou.stop() }

    /// Callbacks of `count` people who were never here before.
    func crowd(_ count: Int, at code: Code) -> [Callback] {
        defer { people += count }
        return Callback.crowd(count, from: people, scene: code.scene)
    }

    /// Keeps account of what Matou has said `success` to.
    func note(_ count: Int, at code: Code) {
        accepted[code.id, default: 0] += count
    }

    /// Waits until every reply has been sent.
    func settle(_ code: Code) throws {
        guard code.hasReply else { return }
        let expected = accepted[code.id, default: 0]
        let deadline = Date(timeIntervalSinceNow: 60)
        while try counts(of: code)["replies_sent"] ?? 0 < expected {
            guard Date() < deadline else { throw Failure("replies wait still after a minute") }
            usleep(20_000)
        }
    }

    /// Compares the API's figures with the callbacks that were answered with `success`.
    ///
    /// - Returns: what differs.
    func differences() throws -> [String] {
        try [answering, silent].flatMap { code in
            let counts = try counts(of: code)
            let expected = accepted[code.id, default: 0]
            let replies = code.hasReply ? expected : 0
            return [("scans", expected), ("scanners", expected), ("replies_sent", replies)]
                .compactMap { name, number in
                    counts[name] == number
                        ? nil : "\(name) is \(counts[name] ?? 0) in place of \(number)"
                }
        }
    }

    var acceptedCount: Int { accepted.values.reduce(0, +) }

    private func counts(of code: Code) throws -> [String: Int] {
        try matou.api("GET", "/qr-codes/\(code.id)")["counts"] as? [String: Int] ?? [:]
    }
}
