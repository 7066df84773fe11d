import HTTP
import Matou
import SQL
import TestWorld
import Testing
import WeChat

@testable import MatouWeb

struct AccountHealthTests {
    @Test func `the page waits for WeChat's verification and says when it came`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let path = wharf.workshop.account.path
        let waiting = try await owner.get(path)
        #expect(waiting.contains("正在等微信的验证") && waiting.fields["Refresh"] == "5")

        let now = wharf.workshop.clock.now
        let account = wharf.workshop.account.id
        _ = try await wharf.workshop.database.write {
            try $0.run("UPDATE accounts SET callback_verified_at = \(now) WHERE id = \(account)")
        }
        let verified = try await owner.get(path)
        #expect(verified.contains("验证了回调地址") && verified.fields["Refresh"] == nil)
    }

    @Test func `a clock that is wrong is told, though every call is refused for it`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let timestamp = String(workshop.clock.now.seconds - 700)
        let signature = CallbackSignature(token: Secret(Workshop.token))
            .signature(timestamp: timestamp, nonce: "n")
        let refused = await wharf.site.router.respond(
            to: Request(
                .post,
                "/callbacks/wechat/\(Workshop.appID)?signature=\(signature)&timestamp=\(timestamp)&nonce=n"
            ))
        #expect(refused.status == .forbidden)
        var owner = try await wharf.owner()
        owner.language = "en"
        let page = try await owner.get(workshop.account.path)
        #expect(page.contains("WeChat calls, and is refused"))
        #expect(page.contains("700 s apart from WeChat"))
    }

    @Test func `a token that differs is told, until a call is right`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let timestamp = String(workshop.clock.now.seconds)
        func verify(_ signature: String) async -> Status {
            let query = "signature=\(signature)&timestamp=\(timestamp)&nonce=n&echostr=hello"
            return await wharf.site.router.respond(
                to: Request(.get, "/callbacks/wechat/\(Workshop.appID)?\(query)")
            ).status
        }
        let client = try await Integrator(at: wharf)
        var owner = try await wharf.owner()
        #expect(await verify("0123456789abcdef0123456789abcdef01234567") == .forbidden)
        #expect(try await owner.get(workshop.account.path).contains("请核对两边的 Token"))
        let path = "/accounts/\(workshop.account.id)/health"
        let refused = try await client.call(.get, path).json()
        #expect(refused["callback_refusal"].text == "wrong_signature")

        workshop.clock.advance(by: .seconds(1))
        let right = CallbackSignature(token: Secret(Workshop.token))
            .signature(timestamp: timestamp, nonce: "n")
        #expect(await verify(right) == .ok)
        #expect(!(try await owner.get(workshop.account.path).contains("请核对两边的 Token")))
        #expect(try await client.call(.get, path).json()["callback_refusal"] == .null)
    }

    @Test func `an address that WeChat refuses is told with what to do`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer(
            "/cgi-bin/stable_token",
            #"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1"}"#
        )
        let accounts = wharf.workshop.installation.accounts
        let refused = try await accounts.connect(
            .init(name: "乙", appID: "wx2", secret: "s", isVerified: true),
            by: wharf.workshop.owner)
        var owner = try await wharf.owner()
        let page = try await owner.get(refused.path)
        #expect(page.contains("微信拒绝了地址 203.0.113.7") && page.contains("IP 白名单"))
        #expect(page.contains("地址未加入白名单") && !page.contains("授权已取消"))
        try await owner.post("/account", ["account": refused.id.text, "return_to": "/qr-codes"])
        let list = try await owner.get("/qr-codes")
        #expect(list.contains("微信拒绝 乙 的调用") && list.contains("IP 白名单"))
        let client = try await Integrator(at: wharf)
        let health = try await client.call(.get, "/accounts/\(refused.id)/health").json()
        #expect(health["refused_address"].text == "203.0.113.7")
    }

    @Test func `an address that WeChat answers is let in, whatever else it refuses`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer(
            "/cgi-bin/stable_token", #"{"errcode":40013,"errmsg":"invalid appid rid: 1"}"#)
        let refused = try await wharf.workshop.installation.accounts.connect(
            .init(name: "乙", appID: "wx2", secret: "s", isVerified: true),
            by: wharf.workshop.owner)
        var owner = try await wharf.owner()
        #expect(try await owner.get(refused.path).contains("微信允许这台服务器的地址"))
    }

    @Test func `checking asks WeChat for what is left of the day`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer(
            "/cgi-bin/openapi/quota/get",
            #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":1000,"used":950,"remain":50}}"#)
        let client = try await Integrator(at: wharf)
        let path = "/accounts/\(wharf.workshop.account.id)"
        let before = try await client.call(.get, path + "/health").json()
        #expect(before["quotas"].elements.isEmpty)
        let after = try await client.call(.post, path + "/check").json()
        #expect(after["quotas"].elements.map { $0["used"] } == [950, 950])
        var owner = try await wharf.owner()
        #expect(try await owner.get(wharf.workshop.account.path).contains("45009"))
    }

    @Test func `work that is late or was given up is told`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code(reply: [.text("欢迎")])
        try await workshop.deliver(
            .init(.scan(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        workshop.clock.advance(by: .seconds(60))
        let checkup = try await workshop.installation.accounts.checkup(
            of: workshop.account.id, for: workshop.owner)
        // The reply, and asking for the follower's union id.
        #expect(checkup.lateJobs == 2)
        #expect(checkup.failedJobs == 0)
        var owner = try await wharf.owner()
        #expect(try await owner.get(workshop.account.path).contains("有 2 项工作到期未做"))
    }

    @Test func `every page follows the switcher, and it is remembered`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let first = try await workshop.code(named: "甲号码")
        let other = try await workshop.secondAccount()
        var draft = QRCode.Draft()
        draft.name = "乙号码"
        draft.kind = .permanent
        _ = try await workshop.installation.qrCodes.create(
            draft, on: other.id, by: workshop.owner)
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.scan(scene: first.scene), by: "oJia", at: now))
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oYi", at: now), to: other.appID)
        for (account, name) in [(workshop.account, "甲"), (other, "乙")] {
            _ = try await workshop.installation.imports.check(
                Array("名称\n\(name)批\n".utf8), named: "\(name)批次.csv",
                .init(draft: draft, takesSourceFromName: false), on: account.id,
                by: workshop.owner)
            _ = try await workshop.installation.tags.makeFollowerTag(
                named: "\(name)标签", of: account.id, by: workshop.owner)
        }
        try await workshop.installation.qrCodes.delete(first.id, by: workshop.owner)

        var owner = try await wharf.owner()
        try await owner.get("/")
        try await owner.post("/account", ["account": other.id.text, "return_to": "/"])
        for path in [
            "/", "/qr-codes", "/qr-codes/new", "/qr-codes/deleted", "/figures/scans", "/imports",
            "/imports/new", "/contacts", "/tags", "/articles",
        ] {
            let page = try await owner.get(path)
            #expect(page.contains("外滩服务号"), "\(path)")
            for word in ["甲号码", "甲批次", "oJia", "甲标签"] {
                #expect(!page.contains(word), "\(path) shows \(word)")
            }
        }
        for (path, word) in [
            ("/qr-codes", "乙号码"), ("/imports", "乙批次"), ("/contacts", "oYi"), ("/tags", "乙标签"),
        ] {
            #expect(try await owner.get(path).contains(word), "\(path) lacks \(word)")
        }
        #expect(try await owner.get("/contacts?account=all").contains("oJia"))
        // What belongs to the workspace says so.
        for path in ["/forms", "/audiences"] {
            #expect(try await owner.get(path).contains("属于工作区"), "\(path)")
        }
        let api = try await Integrator(at: wharf)
        for path in ["/contacts", "/imports"] {
            let all = try await api.call(.get, path).json()["data"].elements.count
            let own = try await api.call(.get, "\(path)?account_id=\(other.id)").json()["data"]
            #expect(all == 2 && own.elements.count == 1, "\(path)")
        }
        try await owner.post(
            "/account", ["account": workshop.account.id.text, "return_to": "/"])
        #expect(try await owner.get("/qr-codes/deleted").contains("甲号码"))
    }
}
