import HTTP
import Matou
import SQL
import TestWorld
import Testing

@testable import MatouWeb

/// Each line of docs/wechat-refusals.md that is about the credential, the quota and the limit of codes; the
/// document names the tests of the others.
@Suite struct `What a marketer meets when WeChat says no` {
    private static let create = "/cgi-bin/qrcode/create"

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
        #expect(try await owner.get(account.path).contains("AppSecret 不正确"))
        var draft = QRCode.Draft()
        draft.name = "静安门店"
        await #expect(throws: Refusal.conflict(.accountNotAuthorized)) {
            try await workshop.installation.qrCodes.create(
                draft, on: account.id, by: workshop.owner)
        }
    }

    @Test func `a code that meets the quota of a minute is made by itself after it`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        wechat.answer(
            Self.create,
            #"{"errcode":45011,"errmsg":"api minute-quota reach limit, must slower"}"#)
        let code = try await workshop.code()
        guard case .failed(let fault) = code.making else {
            Issue.record("the code is \(code.making)")
            return
        }
        #expect(fault.code == 45011)
        wechat.answer(Self.create, #"{"ticket":"gQ","url":"http://weixin.qq.com/q/02Later"}"#)
        workshop.clock.advance(by: .seconds(66))
        try await workshop.doJobs()
        let made = try await workshop.installation.qrCodes.find(code.id, for: workshop.owner)
        #expect(made.made?.content == "http://weixin.qq.com/q/02Later")
        #expect(made.scene == code.scene)
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
