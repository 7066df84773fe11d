import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct AccountPagesTests {
    private static let typed = [
        "name": "静安店服务号", "app_id": "wx9f8e7d6c5b4a3210", "original_id": "gh_9f8e7d6c5b4a",
        "secret": "0123456789abcdef0123456789abcdef", "message_mode": "safe", "verified": "true",
    ]

    @Test func `an account is connected, chosen, and shows what to paste at WeChat`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/accounts/new")
        let sent = try await owner.post("/accounts", Self.typed)
        let path = try #require(sent.location)
        let page = try await owner.get(path)
        #expect(page.contains("已接入，微信接受了 AppID 与密钥。"))
        #expect(page.contains("http://127.0.0.1:8080/callbacks/wechat/wx9f8e7d6c5b4a3210"))
        #expect(!page.contains("0123456789abcdef0123456789abcdef"))
        let once = try await owner.get(path)
        #expect(!once.contains("已接入，微信接受了"))
        #expect(try await owner.get("/").contains("静安店服务号 · 打开页面时的最新数字"))
    }

    @Test func `a faulty form says it beside the fields and keeps all that was typed`() async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/accounts/new")
        var form = Self.typed
        form["app_id"] = "wx 1"
        form["aes_key"] = "short"
        form["message_mode"] = "plain"
        let answer = try await owner.post("/accounts", form)
        #expect(answer.status == 422)
        #expect(answer.contains("AppID 只有字母、数字、横线和下划线。"))
        #expect(answer.contains("密钥是 43 位字母或数字。"))
        #expect(answer.input("name") == "静安店服务号")
        #expect(answer.input("app_id") == "wx 1")
        #expect(answer.input("aes_key") == "short")
        #expect(answer.input("secret") == "0123456789abcdef0123456789abcdef")
        #expect(answer.contains("刚才填写的密码仍在输入框里"))
        #expect(answer.contains(#"value="plain" checked"#))
        #expect(answer.contains(#"value="true" checked"#))
    }

    @Test func `what WeChat refused is explained, and checking again clears it`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        var owner = try await wharf.owner()
        wechat.answer(
            "/cgi-bin/stable_token",
            #"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7, not in whitelist"}"#)
        try await owner.get("/accounts/new")
        let path = try #require(try await owner.post("/accounts", Self.typed).location)
        let refused = try await owner.get(path)
        #expect(refused.contains("203.0.113.7"))
        #expect(refused.contains("白名单"))
        #expect(try await owner.get("/accounts").contains("白名单"))

        wechat.answer("/cgi-bin/stable_token", #"{"access_token":"T","expires_in":7200}"#)
        #expect(try await owner.post(path + "/check").location == path)
        let mended = try await owner.get(path)
        #expect(mended.contains("微信接受了 AppID 与密钥。"))
        #expect(!mended.contains("203.0.113.7"))
    }

    @Test func `changing keeps the secrets that were left empty`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let path = wharf.workshop.account.path
        let form = try await owner.get(path + "/edit")
        #expect(form.input("secret") == "")
        let saved = try await owner.post(
            path,
            [
                "name": "新名字", "app_id": Workshop.appID, "message_mode": "plain",
                "verified": "true", "version": try #require(form.input("version")),
            ])
        #expect(saved.location == path)
        let page = try await owner.get(path)
        #expect(page.contains("已保存。"))
        #expect(page.contains("新名字"))
        #expect(page.contains(Workshop.token))
    }

    @Test func `a secret that was replaced offers no way back, since it is not kept`() async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let path = wharf.workshop.account.path
        let present = wharf.workshop.account
        let draft = Account.Draft(
            name: present.name, appID: present.appID, originalID: present.originalID,
            secret: "another", messageMode: present.messageMode.rawValue,
            isVerified: present.isVerified)
        let accounts = wharf.workshop.installation.accounts
        _ = try await accounts.change(present.id, to: draft, by: wharf.workshop.owner)
        let history = try await owner.get(path + "/revisions")
        #expect(!history.contains("/restorations") && history.contains("AppSecret 已更换"))
        let client = try await Integrator(.admin, at: wharf)
        let back = try await client.call(.post, path + "/restorations", #"{"version":1}"#)
        #expect(back.status == 409 && back.contains("#problem-version_is_present"))
        #expect(try await client.call(.get, path).json()["version"] == 2)
        var renamed = draft
        (renamed.name, renamed.secret) = ("新名字", nil)
        _ = try await accounts.change(present.id, to: renamed, by: wharf.workshop.owner)
        #expect(try await owner.get(path + "/revisions").contains("/restorations"))
    }

    @Test func `a change on an old version is asked again, with what was typed`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let path = wharf.workshop.account.path
        let version = try #require(try await owner.get(path + "/edit").input("version"))
        var form = [
            "name": "甲", "app_id": Workshop.appID, "message_mode": "plain", "version": version,
        ]
        try await owner.post(path, form)
        form["name"] = "乙"
        let stale = try await owner.post(path, form)
        #expect(stale.status == 422)
        #expect(stale.contains("林晓修改过这里"))
        #expect(stale.input("name") == "乙")
        form["version"] = stale.input("version")
        #expect(try await owner.post(path, form).location == path)
    }

    @Test func `an account with codes is not removed, one without is`() async throws {
        let wharf = try await Wharfside()
        _ = try await wharf.workshop.code()
        var owner = try await wharf.owner()
        let path = wharf.workshop.account.path
        let question = try await owner.get(path + "/delete")
        #expect(question.contains("这个公众号下还有 1 个二维码"))
        #expect(try await owner.post(path + "/delete").status == 409)

        try await owner.get("/accounts/new")
        let other = try #require(try await owner.post("/accounts", Self.typed).location)
        #expect(try await owner.get(other + "/delete").contains("移除「静安店服务号」？"))
        #expect(try await owner.post(other + "/delete").location == "/accounts")
        #expect(try await owner.get(other).status == 404)
        #expect(try await owner.get("/").contains("智慧营销公众号 · "))
    }

    @Test func `an empty list leads to what is missing before anything can be made`() async throws {
        let client = try await Integrator()
        let account = "/accounts/\(client.workshop.account.id)"
        try await client.call(.patch, account, #"{"verified":false}"#)
        var owner = try await client.wharf.owner()
        for path in ["/qr-codes", "/imports"] {
            let page = try await owner.get(path)
            #expect(page.contains(#"class="btn btn-main" href="\#(account)""#), "\(path)")
        }
        var other = try await client.wharf.elsewhere()
        for path in ["/qr-codes", "/imports", "/articles"] {
            let page = try await other.get(path)
            #expect(page.contains(#"class="btn btn-main" href="/accounts/new""#), "\(path)")
            #expect(!page.contains(#"href="\#(path)/new""#), "\(path)")
        }
    }

    @Test func `a viewer sees accounts but neither their secrets nor their forms`() async throws {
        let wharf = try await Wharfside()
        var viewer = try await wharf.member(.viewer)
        let path = wharf.workshop.account.path
        let page = try await viewer.get(path)
        #expect(page.status == 200)
        #expect(!page.contains(Workshop.token))
        let refused = try await viewer.get(path + "/edit")
        #expect(refused.status == 403)
        #expect(refused.contains("这里需要管理员权限。"))
        #expect(try await viewer.post(path + "/delete").status == 403)
    }

    @Test func `switching the account returns to the page, and never to another site`() async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/accounts/new")
        try await owner.post("/accounts", Self.typed)
        try await owner.get("/settings")
        var choice = ["account": wharf.workshop.account.id.text, "return_to": "/settings"]
        #expect(try await owner.post("/account", choice).location == "/settings")
        #expect(try await owner.get("/").contains("智慧营销公众号 · "))
        choice["return_to"] = "//evil.example"
        #expect(try await owner.post("/account", choice).location == "/")
        #expect(try await owner.post("/account", ["account": "ac_nobody"]).status == 404)
    }

    @Test func `an edit of an account can be taken back, on its page and over the API`()
        async throws
    {
        let client = try await Integrator(.admin)
        var owner = try await client.wharf.owner()
        let path = "/accounts/\(client.workshop.account.id)"
        let renamed = try await client.call(.patch, path, #"{"name":"别的名字"}"#)
        #expect(renamed.status == 200)
        let versions = try await owner.get(path + "/revisions")
        #expect(versions.contains("智慧营销公众号") && versions.contains("别的名字"))
        #expect(try await owner.post(path + "/restorations", ["version": "1"]).status == 303)
        #expect(try await client.call(.get, path).json()["name"].text == "智慧营销公众号")
        let back = try await client.call(.post, path + "/restorations", #"{"version":2}"#)
        #expect(try back.json()["name"].text == "别的名字")
        #expect(
            try await client.call(.post, path + "/restorations", #"{"version":99}"#).status == 404)
        let list = try await client.call(.get, path + "/revisions")
        #expect(
            try list.json()["data"].elements.compactMap { $0["action"].text } == [
                "undone", "undone", "changed", "created",
            ])
        let secrets = try await client.workshop.installation.accounts.callbackSecrets(
            of: client.workshop.account.id, by: client.workshop.owner)
        #expect(secrets.token == Workshop.token)
    }
}
