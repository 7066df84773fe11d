import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// What an attacker would send, and what comes of it.
struct HostileInputTests {
    /// A letter with so many combining marks that it is one character and very many bytes.
    private static func towering(_ marks: Int) -> String {
        "a" + String(repeating: "\u{0301}\u{0323}", count: marks)
    }

    @Test func `a mountain of combining marks as e-mail or password is refused at once`()
        async throws
    {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        try await visitor.get("/sign-in")
        let time = try await ContinuousClock().measure {
            for (email, password) in [
                (Self.towering(60_000), "harbour-2026"),
                ("lin@example.com", Self.towering(60_000)),
            ] {
                let answer = try await visitor.post(
                    "/sign-in", ["email": email, "password": password])
                #expect(answer.status == 422)
            }
        }
        #expect(time < .seconds(20))
    }

    @Test func `a name of one endless character is too long`() async throws {
        let wharf = try await Wharfside()
        var draft = QRCode.Draft()
        draft.name = Self.towering(5000)
        draft.kind = .permanent
        let workshop = wharf.workshop
        await #expect(throws: Refusal.self) {
            try await workshop.installation.qrCodes.create(
                draft, on: workshop.account.id, by: workshop.owner)
        }
        var owner = try await wharf.owner()
        let query = PercentCoding.encodeQueryComponent(Self.towering(3000))
        #expect(try await owner.get("/qr-codes?q=\(query)").status == 200)
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'\u{0301}\"\u{0301}<b>",
    ])
    func `markup in names and texts is shown, never run`(_ evil: String) async throws {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code(named: evil, reply: [.text(evil)])
        var owner = try await wharf.owner()
        for path in [
            "/qr-codes", code.path, code.path + "/edit", code.path + "/delete", "/c/\(code.slug)",
            "/",
        ] {
            let page = try await owner.get(path)
            #expect(page.status == 200, "\(path)")
            let raw = ["<script>alert", "<img src=x", "\"\u{0301}<b>"].filter(page.contains)
            #expect(raw.isEmpty, "\(path)")
        }
    }

    @Test func `a NUL is a bad request, not a fault of ours`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        for path in ["/qr-codes?q=%00", "/qr-codes?group=a%00", "/qr-codes/new?copy=%00"] {
            #expect(try await owner.get(path).status == 400, "\(path)")
        }
        let withNUL = "a\u{0}b@x.y"
        let switched = try await owner.post("/account", ["account": withNUL])
        #expect(switched.status == 400)
        var stranger = wharf.stranger()
        try await stranger.get("/sign-in")
        let answer = try await stranger.post("/sign-in", ["email": withNUL, "password": "p"])
        #expect(answer.status == 400)
    }

    @Test func `a form from another site is refused, whatever it claims`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes/new")
        for origin in ["https://evil.example", "null", "http://evil.example/127.0.0.1:8080"] {
            owner.fields = [("Origin", origin)]
            #expect(try await owner.post("/sign-out").status == 403, "\(origin)")
        }
        owner.fields = [("Sec-Fetch-Site", "same-site")]
        #expect(try await owner.post("/sign-out").status == 403)
        owner.fields = [("Origin", "http://127.0.0.1:8080")]
        #expect(try await owner.post("/sign-out").status == 303)
    }

    @Test func `an account of another workspace cannot be checked, nor by a viewer`() async throws {
        let workshop = try await Workshop()
        let accounts = workshop.installation.accounts
        let stranger = Principal(
            workspace: Workspace.ID("ws_another"), actor: "us_another", role: .owner)
        await #expect(throws: Refusal.missing) {
            try await accounts.checkAuthorization(of: workshop.account.id, by: stranger)
        }
        let viewer = Principal(
            workspace: workshop.owner.workspace, actor: "us_viewer", role: .viewer)
        await #expect(throws: Refusal.forbidden(needs: .editor)) {
            try await accounts.checkAuthorization(of: workshop.account.id, by: viewer)
        }
    }

    @Test func `what counts as this machine is neither a proxy's word nor a look-alike`() {
        let request = Request(
            .get, "/setup", fields: ["Host": "127.0.0.1:8080"], clientAddress: "127.0.0.1")
        #expect(request.isFromThisMachine)
        #expect(!SiteSettings(publicURL: "https://codes.example.com").isLoopback)
        #expect(SiteSettings(publicURL: "http://127.0.0.1:8080").isLoopback)
        #expect(!SiteSettings(publicURL: "http://127.0.0.1.evil.example").isLoopback)
    }

    @Test(arguments: ["oA\nB", "o<script>", "o\u{10FFFF}"])
    func `an openid that WeChat would not send is not believed`(_ openid: String) async throws {
        let workshop = try await Workshop()
        await #expect(throws: CallbackRefusal.self) {
            try await workshop.deliver(.init(.unsubscribe, by: openid, at: 1000))
        }
    }
}
