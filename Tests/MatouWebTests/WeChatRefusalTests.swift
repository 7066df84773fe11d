import HTTP
import HTTPClient
import Matou
import SQL
import TestWorld
import Testing

@testable import MatouWeb

/// Each line of docs/wechat-refusals.md that is about the credential, the quota and the limit of codes; the
/// document names the tests of the others.
@Suite struct `What a marketer meets when WeChat says no` {
    private static let create = "/cgi-bin/qrcode/create"
    private static let send = "/cgi-bin/message/custom/send"
    private static let tags = "/cgi-bin/tags/get"
    private static let tagging = "/cgi-bin/tags/members/batchtagging"
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#
    private static let minuteQuota =
        #"{"errcode":45011,"errmsg":"api minute-quota reach limit, must slower"}"#
    private static let shanghai = #"{"tags":[{"id":134,"name":"上海","count":5}]}"#

    @Test func `a token that is revoked stops new codes, and the pages say whom to ask`()
        async throws
    {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        let workshop = wharf.workshop
        wechat.answer(
            Self.create,
            #"{"errcode":40001,"errmsg":"invalid credential, access_token is invalid"}"#)
        let failed = try await workshop.code(named: "静安门店")
        #expect(failed.status(at: workshop.clock.now) == .creationFailed)
        let account = try await workshop.installation.accounts.find(
            workshop.account.id, for: workshop.owner)
        #expect(account.authorization == .revoked)

        var owner = try await wharf.owner()
        let list = try await owner.get("/qr-codes")
        #expect(list.contains("没有授权") && list.contains("/accounts/\(account.id)"))
        #expect(!list.contains("href=\"/qr-codes/new\""))
        await #expect(throws: Refusal.conflict(.accountNotAuthorized)) {
            try await workshop.code(named: "外滩门店")
        }
        let api = try await Integrator(at: wharf)
        let refused = try await api.call(
            .post, "/qr-codes",
            #"{"account_id":"\#(account.id)","name":"外滩门店","type":"permanent"}"#)
        #expect(refused.status == 409 && refused.text.contains("account_not_authorized"))

        // Once the owner has authorized it again, a check opens it and the code can be retried.
        wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Again"}"#)
        #expect(try await owner.post("/accounts/\(account.id)/check").status == 303)
        #expect(try await owner.post("\(failed.path)/retry").status == 303)
        #expect(try await owner.get(failed.path).contains("进行中"))
    }

    @Test func `a wrong secret is told where the account is connected, and no code is made`()
        async throws
    {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        let workshop = wharf.workshop
        wechat.answer(
            "/cgi-bin/stable_token", #"{"errcode":40125,"errmsg":"invalid appsecret"}"#)
        let account = try await workshop.installation.accounts.connect(
            .init(name: "静安店服务号", appID: "wx2", secret: "wrong", isVerified: true),
            by: workshop.owner)
        #expect(account.obstacle == .accountNotAuthorized)
        var owner = try await wharf.owner()
        let page = try await owner.get(account.path)
        #expect(page.contains("AppSecret 不正确") && page.contains("密钥不对"))
        try await owner.post("/account", ["account": account.id.text, "return_to": "/qr-codes"])
        let list = try await owner.get("/qr-codes")
        #expect(list.contains("微信拒绝 静安店服务号 的调用") && list.contains("AppSecret 不正确"))
        #expect(!list.contains("授权已被取消"))
        var draft = QRCode.Draft()
        draft.name = "静安门店"
        await #expect(throws: Refusal.conflict(.accountNotAuthorized)) {
            try await workshop.installation.qrCodes.create(
                draft, on: account.id, by: workshop.owner)
        }
    }

    @Test func `a code that meets the quota of a minute is made by itself after it`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        let workshop = wharf.workshop
        wechat.answer(Self.create, Self.minuteQuota)
        let code = try await workshop.code()
        let status = code.status(at: workshop.clock.now)
        #expect(status == .creationFailed)
        var owner = try await wharf.owner()
        let page = try await owner.get(code.path)
        #expect(page.contains("大约一分钟后会自动重试") && page.contains("调用过于频繁"))
        #expect(page.contains("45011 api minute-quota reach limit"))
        let api = try await Integrator(at: wharf)
        let told = try await api.call(.get, "/qr-codes/\(code.id)").json()
        #expect(told["status"] == "creation_failed")
        #expect(told["failure"]["code"] == 45011)
        #expect(told["failure"]["message"].text?.hasPrefix("Too many calls") == true)

        wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Later"}"#)
        workshop.clock.advance(by: .seconds(66))
        try await workshop.doJobs()
        let made = try await workshop.installation.qrCodes.find(code.id, for: workshop.owner)
        #expect(made.made?.content == "http://weixin.qq.com/q/02Later")
        #expect(made.scene == code.scene)
        #expect(try await owner.get(code.path).contains("进行中"))
    }

    @Test func `a reply and a follower tag that meet the quota of a minute are tried again`()
        async throws
    {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(Self.tags, Self.shanghai)
        let code = try await taggingCode(workshop)
        wechat.answer(Self.send, Self.minuteQuota)
        wechat.answer(Self.tagging, Self.minuteQuota)
        try await workshop.deliver(
            .init(.subscribe(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        try await workshop.doJobs()
        let waiting = try #require(try await workshop.scanners(of: code).first)
        #expect(waiting.reply == .pending)
        #expect(waiting.followerTags.map(\.state) == [.pending])

        wechat.answer(Self.send, Self.ok)
        wechat.answer(Self.tagging, Self.ok)
        workshop.clock.advance(by: .seconds(10))
        try await workshop.doJobs()
        let done = try #require(try await workshop.scanners(of: code).first)
        #expect(done.reply == .sent)
        #expect(done.followerTags.map(\.state) == [.tagged])
    }

    @Test func `a sync that meets the quota of a minute says so, on its page and in the API`()
        async throws
    {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer("/cgi-bin/draft/batchget", Self.minuteQuota)
        wechat.answer(Self.tags, Self.minuteQuota)
        let account = wharf.workshop.account.id.text
        var owner = try await wharf.owner()
        try await owner.get("/articles")
        let drafts = try await owner.post("/articles/sync", ["account": account])
        #expect(drafts.status == 502 && drafts.contains("调用过于频繁"))
        let tags = try await owner.post("/tags/sync", ["account": account])
        #expect(try await owner.get(tags.location ?? "").contains("调用过于频繁"))

        let api = try await Integrator(at: wharf)
        let refused = try await api.call(.post, "/accounts/\(account)/articles/sync")
        #expect(refused.status == 502 && refused.contains("Too many calls"))
        let synced = try await api.call(.post, "/tag-syncs", #"{"account_id":"\#(account)"}"#)
        #expect(try synced.json()["failure"]["code"] == 45011)
    }

    @Test func `a follower who wears twenty tags has the reason on every page and in the API`()
        async throws
    {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        let workshop = wharf.workshop
        wechat.answer(Self.tags, Self.shanghai)
        wechat.answer(Self.tagging) { request in
            String(decoding: request.body, as: UTF8.self).contains("\"oFull\"")
                ? #"{"errcode":45059,"errmsg":"can not tagging one user too much"}"# : Self.ok
        }
        let code = try await taggingCode(workshop)
        for person in ["oMing", "oFull"] {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
        }
        try await workshop.doJobs()

        var owner = try await wharf.owner()
        let contact = try await workshop.contact("oFull")
        for path in [code.path, contact.path] {
            let page = try await owner.get(path)
            #expect(page.contains("上海：未打上"), "\(path)")
            #expect(page.contains(">该粉丝已有 20 个标签。请先移除一个。<"), "\(path)")
        }
        let api = try await Integrator(at: wharf)
        let scanners = try await api.call(.get, "/qr-codes/\(code.id)/scanners").json()["data"]
        for scanner in scanners.elements {
            let tagging = try #require(scanner["follower_tags"].elements.first)
            let isFull = scanner["openid"] == "oFull"
            #expect(tagging["state"] == (isFull ? "failed" : "tagged"))
            #expect(tagging["failure"]["code"] == (isFull ? 45059 : .null))
        }
        #expect(scanners.elements.count == 2)
        let told = try await api.call(.get, "/contacts/\(contact.id)/follower-tags")
        #expect(told.contains("The follower already wears 20 tags. Take one off first."))
    }

    @Test func `a tag beyond an account's hundred says so on the line of the code that puts it on`()
        async throws
    {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer(Self.tags, #"{"tags":[]}"#)
        wechat.answer(
            "/cgi-bin/tags/create",
            #"{"errcode":45056,"errmsg":"too many tag now, no need to add new"}"#)
        let code = try await taggingCode(wharf.workshop)
        var owner = try await wharf.owner()
        let page = try await owner.get(code.path)
        #expect(page.contains("上海：创建失败"))
        #expect(page.contains(">该公众号的标签已达 100 个。请先删除不用的标签。<"))
        wechat.answer("/cgi-bin/tags/create", #"{"tag":{"id":134,"name":"上海"}}"#)
        try await wharf.workshop.deliver(
            .init(
                .scan(scene: code.scene), by: "oMing", at: wharf.workshop.clock.now.seconds))
        try await wharf.workshop.doJobs()
        #expect(!(try await owner.get(code.path)).contains("上海：创建失败"))
    }

    /// A code that sends a text and puts 上海 on, which WeChat has.
    private func taggingCode(_ workshop: Workshop) async throws -> QRCode {
        var draft = QRCode.Draft()
        draft.name = "静安门店"
        draft.kind = .permanent
        draft.followerTags = ["上海"]
        draft.reply = [.text("欢迎")]
        let code = try await workshop.make(draft)
        try await workshop.doJobs()
        return code
    }

    @Test func `the hundred thousand and first permanent code is refused before WeChat is asked`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let (workspace, account) = (workshop.owner.workspace, workshop.account.id)
        _ = try await workshop.database.write {
            try $0.run(
                """
                WITH RECURSIVE numbers (n) AS (
                    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(Account.permanentCodeLimit)
                )
                INSERT INTO qr_codes (workspace_id, id, account_id, name, name_folded, kind, source,
                    reply, tags, scene, slug, making, ticket, content, made_at,
                    created_by, created_at, updated_by, updated_at, version)
                SELECT \(workspace), 'qr_' || n, \(account), 'n', 'n', 'permanent', '', '[]', '{}',
                    's' || n, 's' || n, 'made', 't', 'c', 0, 'us', n, 'us', 0, 1 FROM numbers
                """)
        }
        let asked = workshop.wechat.bodies(of: Self.create).count
        var owner = try await wharf.owner()
        let form = try await owner.get("/qr-codes/new")
        #expect(form.contains("100,000"))
        let refused = try await owner.post(
            "/qr-codes",
            ["account": account.text, "name": "再一个", "type": "permanent", "reply": "none"])
        #expect(refused.status == 422 && refused.input("name") == "再一个")
        #expect(workshop.wechat.bodies(of: Self.create).count == asked)
    }
}
