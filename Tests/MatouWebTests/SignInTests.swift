import HTTP
import Matou
import SQL
import TestWorld
import Testing

@testable import MatouWeb

struct SignInTests {
    @Test func `a page asks for signing in and comes back to what was wanted`() async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        let refused = try await visitor.get("/qr-codes?sort=-scans&q=%E9%9D%99")
        #expect(refused.status == 303)
        let signIn = try #require(refused.location)
        let page = try await visitor.get(signIn)
        #expect(page.input("next") == "/qr-codes?sort=-scans&amp;q=%E9%9D%99")

        let entered = try await visitor.post(
            "/sign-in",
            [
                "email": "lin@example.com", "password": "harbour-2026",
                "next": "/qr-codes?sort=-scans",
            ])
        #expect(entered.location == "/qr-codes?sort=-scans")
        #expect(try await visitor.get("/qr-codes").status == 200)
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example",
        "evil.example", "javascript:alert(1)", "",
    ])
    func `signing in never leads to another site`(_ next: String) async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        try await visitor.get("/sign-in")
        let entered = try await visitor.post(
            "/sign-in",
            ["email": "lin@example.com", "password": "harbour-2026", "next": next])
        #expect(entered.location == "/")
    }

    @Test func `a wrong password is said in words and the e-mail is kept`() async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        try await visitor.get("/sign-in")
        let answer = try await visitor.post(
            "/sign-in", ["email": "lin@example.com", "password": "wrong-password"])
        #expect(answer.status == 422)
        #expect(answer.contains("邮箱或密码不对。"))
        #expect(answer.input("email") == "lin@example.com")
        #expect(!answer.contains("wrong-password"))
    }

    @Test func `too many attempts are told how long to wait`() async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        visitor.language = "en"
        try await visitor.get("/sign-in")
        var answer: Answer?
        for _ in 0...10 {
            answer = try await visitor.post(
                "/sign-in", ["email": "lin@example.com", "password": "wrong-password"])
        }
        let last = try #require(answer)
        #expect(last.status == 429)
        #expect(last.fields["Retry-After"] == "900")
        #expect(last.contains("Too many attempts; try again in 900 seconds."))
        #expect(last.input("email") == "lin@example.com")
    }

    @Test func `the session's cookie is kept from scripts, other sites and plain HTTP`()
        async throws
    {
        let wharf = try await Wharfside(publicURL: "https://codes.example.com")
        var visitor = wharf.stranger()
        try await visitor.get("/sign-in")
        let answer = try await visitor.post(
            "/sign-in", ["email": "lin@example.com", "password": "harbour-2026"])
        let cookie = try #require(
            answer.fields.values("Set-Cookie").first { $0.hasPrefix("matou_session=") })
        for flag in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            #expect(cookie.contains(flag))
        }
    }

    @Test func `every cookie is kept from plain HTTP, where the site has an https address`()
        async throws
    {
        for (url, isSecure) in [
            ("https://codes.example.com", true), ("http://127.0.0.1:8080", false),
        ] {
            let wharf = try await Wharfside(publicURL: url)
            var visitor = wharf.stranger()
            let first = try await visitor.get("/sign-in")
            let language = try await visitor.post("/language", ["language": "en"])
            let session = try await visitor.post(
                "/sign-in", ["email": "lin@example.com", "password": "harbour-2026"])
            try await visitor.get("/settings")
            let group = try await visitor.post("/groups", ["name": "门店"])
            for (answer, name) in [
                (first, "matou_visit="), (language, "matou_language="), (session, "matou_session="),
                (group, "matou_notice="),
            ] {
                let cookie = try #require(
                    answer.fields.values("Set-Cookie").first { $0.hasPrefix(name) })
                #expect(cookie.contains("; Secure") == isSecure, "\(cookie)")
            }
        }
    }

    @Test func `signing out ends the session, not only the cookie`() async throws {
        let wharf = try await Wharfside()
        var visitor = try await wharf.owner()
        try await visitor.get("/")
        var copy = visitor
        let left = try await visitor.post("/sign-out")
        #expect(left.location == "/sign-in")
        #expect(try await visitor.get("/sign-in").contains("已退出登录。"))
        #expect(try await copy.get("/settings").status == 303)
    }

    @Test func `a form of another site is refused`() async throws {
        let wharf = try await Wharfside()
        var visitor = try await wharf.owner()
        try await visitor.get("/")
        let withoutToken = try await visitor.post("/sign-out", token: "guess")
        #expect(withoutToken.status == 403)
        #expect(withoutToken.contains("这个表单已经过期"))
        visitor.fields = [("Origin", "https://evil.example")]
        #expect(try await visitor.post("/sign-out").status == 403)
        visitor.fields = [("Sec-Fetch-Site", "cross-site")]
        #expect(try await visitor.post("/sign-out").status == 403)
        visitor.fields = []
        #expect(try await visitor.get("/settings").status == 200)
    }

    @Test func `a language that was chosen stays, signed in or not`() async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        #expect(try await visitor.get("/sign-in").contains("登录码头"))
        let chosen = try await visitor.post(
            "/language", ["language": "en", "return_to": "/sign-in"])
        #expect(chosen.location == "/sign-in")
        #expect(try await visitor.get("/sign-in").contains("Welcome back."))
        try await visitor.post(
            "/sign-in", ["email": "lin@example.com", "password": "harbour-2026"])
        #expect(try await visitor.get("/").contains("Overview"))
        #expect(
            try await visitor.post(
                "/language", ["language": "zh-CN", "return_to": "//evil.example"]
            )
            .location == "/")
        #expect(try await visitor.get("/").contains("概览"))
    }

    @Test func `the token of a form is never the same twice, and each of them is good`() {
        let token = CSRFToken(cookie: String(repeating: "c", count: 32))
        let texts = (0..<50).map { _ in token.text() }
        #expect(Set(texts).count == texts.count)
        func admits(_ text: String) -> Bool {
            let body = "csrf_token=" + PercentCoding.encodeQueryComponent(text)
            return token.admits(
                Request(
                    .post, "/", fields: ["Content-Type": "application/x-www-form-urlencoded"],
                    body: Array(body.utf8)))
        }
        #expect(texts.allSatisfy(admits))
        for wrong in ["", "AAAA", String(texts[0].dropLast(4)), texts[0] + "AAAA"] {
            #expect(!admits(wrong))
        }
        #expect(!admits(CSRFToken(cookie: String(repeating: "d", count: 32)).text()))
    }

    @Test func `a person in several workspaces moves between them, and comes back where they were`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let other = Workspace.ID("ws_elsewhere")
        let now = workshop.clock.now
        try await workshop.database.write {
            _ = try $0.run(
                """
                INSERT INTO workspaces (id, name, time_zone, created_at)
                VALUES (\(other), '外滩', 'Asia/Shanghai', \(now))
                """)
        }
        var owner = try await wharf.owner()
        #expect(!(try await owner.get("/settings").contains("action=\"/workspace\"")))
        #expect(try await owner.post("/workspace", ["workspace": other.text]).status == 404)

        _ = try await workshop.installation.members.add(
            .init(name: "x", email: "lin@example.com", password: "not-taken-2026"), role: .viewer,
            by: Principal(workspace: other, actor: "operator", role: .owner))
        let page = try await owner.get("/qr-codes")
        #expect(page.contains("action=\"/workspace\"") && page.contains("外滩"))
        #expect(try await owner.post("/workspace", ["workspace": other.text]).status == 303)
        let there = try await owner.get("/accounts")
        #expect(!there.contains("智慧营销公众号"))
        #expect(try await owner.get("/accounts/new").status == 403)

        workshop.clock.advance(by: .seconds(5))
        var again = try await wharf.owner()
        #expect(!(try await again.get("/accounts").contains("智慧营销公众号")))
        try await again.post("/workspace", ["workspace": workshop.owner.workspace.text])
        #expect(try await again.get("/accounts").contains("智慧营销公众号"))
    }

    @Test func `the account that the switcher stood on is remembered over a new sign-in`()
        async throws
    {
        let wharf = try await Wharfside()
        let second = try await wharf.workshop.secondAccount()
        var owner = try await wharf.owner()
        try await owner.get("/")
        try await owner.post("/account", ["account": second.id.text])
        var again = try await wharf.owner()
        let page = try await again.get("/settings")
        let mark = "value=\"\(second.id)\" aria-current=\"true\""
        #expect(page.contains(mark))
    }
}
