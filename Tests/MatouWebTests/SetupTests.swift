import HTTP
import Logging
import Matou
import SQL
import SQLite
import TestWorld
import Testing
import WeChat

@testable import MatouWeb

struct SetupTests {
    /// An installation that nobody has set up.
    private struct NewWharf {
        let directory: TemporaryDirectory
        let site: Site

        init(publicURL: String = "http://127.0.0.1:8080") async throws {
            directory = try TemporaryDirectory()
            let database = try SQLiteDatabase(path: directory.path + "/matou.db")
            _ = try await Migrations(directory: ProjectFolder.migrations).apply(to: database)
            let installation = Installation(
                .init(
                    database: database, sealer: try Sealer(key: Array(repeating: 7, count: 32)),
                    gateway: Gateway(http: StubWeChat()), locales: try ProjectFolder.locales,
                    dataFolder: directory.path, passwordCost: 4))
            site = try Site(
                installation, settings: SiteSettings(publicURL: publicURL),
                resources: ProjectFolder.resources, logger: Logger(label: "test"), metrics: { "" })
        }

        func visitor(from address: String) -> Visitor { Visitor(site: site, address: address) }
    }

    private static let typed = [
        "workspace_name": "智慧商贸", "name": "林晓", "email": "lin@example.com",
        "password": "harbour-2026",
    ]

    @Test func `the first visitor on this machine makes the owner and is signed in`() async throws {
        let wharf = try await NewWharf()
        var visitor = wharf.visitor(from: "127.0.0.1")
        #expect(try await visitor.get("/").location == "/setup")
        #expect(try await visitor.get("/setup").input("key") == nil)
        #expect(try await visitor.post("/setup", Self.typed).location == "/")
        let overview = try await visitor.get("/")
        #expect(overview.status == 200)
        #expect(overview.contains("接入公众号"))
        #expect(overview.contains("智慧商贸"))
    }

    @Test func `setting up is closed once there is somebody`() async throws {
        let wharf = try await NewWharf()
        var first = wharf.visitor(from: "127.0.0.1")
        try await first.get("/setup")
        try await first.post("/setup", Self.typed)
        var second = wharf.visitor(from: "127.0.0.1")
        #expect(try await second.get("/setup").location == "/sign-in")
        try await second.get("/sign-in")
        #expect(try await second.post("/setup", Self.typed).location == "/sign-in")
    }

    @Test func `another machine needs the key that the terminal printed`() async throws {
        let wharf = try await NewWharf()
        var visitor = wharf.visitor(from: "203.0.113.9")
        let page = try await visitor.get("/setup")
        #expect(page.input("key") == "")
        var form = Self.typed
        form["key"] = "guess"
        let refused = try await visitor.post("/setup", form)
        #expect(refused.status == 422)
        #expect(refused.contains("这个密钥不对"))
        #expect(refused.input("workspace_name") == "智慧商贸")

        let link = try await visitor.get("/setup?key=\(wharf.site.setupKey)")
        #expect(link.input("key") == wharf.site.setupKey)
        form["key"] = wharf.site.setupKey
        #expect(try await visitor.post("/setup", form).location == "/")
    }

    @Test(arguments: [
        ("codes.example.com", [(String, String)]()),
        ("127.0.0.1:8080", [("X-Forwarded-For", "203.0.113.9")]),
        ("127.0.0.1.evil.example:8080", []),
    ])
    func `a proxy or a foreign name on this machine is no visitor of this machine`(
        _ host: String, _ fields: [(String, String)]
    ) async throws {
        let wharf = try await NewWharf()
        var visitor = wharf.visitor(from: "127.0.0.1")
        visitor.host = host
        visitor.fields = fields
        #expect(try await visitor.get("/setup").input("key") == "")
        #expect(try await visitor.post("/setup", Self.typed).status == 422)
    }

    @Test func `behind a silent proxy even this machine needs the key`() async throws {
        let wharf = try await NewWharf(publicURL: "https://codes.example.com")
        var visitor = wharf.visitor(from: "127.0.0.1")
        #expect(try await visitor.get("/setup").input("key") == "")
        #expect(try await visitor.post("/setup", Self.typed).status == 422)
    }

    @Test func `a fault stands beside its field and the rest is kept`() async throws {
        let wharf = try await NewWharf()
        var visitor = wharf.visitor(from: "::1")
        visitor.host = "[::1]:8080"
        try await visitor.get("/setup")
        var form = Self.typed
        form["email"] = "lin"
        form["password"] = "short"
        let answer = try await visitor.post("/setup", form)
        #expect(answer.status == 422)
        #expect(answer.contains("有 2 处需要修改"))
        #expect(answer.contains("至少 8 个字符。"))
        #expect(answer.input("email") == "lin")
        #expect(answer.input("name") == "林晓")
        #expect(!answer.contains("short"))
    }
}
