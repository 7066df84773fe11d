import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// Every route of the site by everyone: each role, and nobody.
struct RightsTests {
    /// What the product promises, apart from what the routes declare: the least role for a route.
    ///
    /// Seeing takes a viewer, changing an editor; accounts, members, tokens and the audit are an
    /// admin's, and what is one's own takes no more than being a member.
    ///
    /// - Parameter forms: the endings of pages that are there to change something.
    private func promised(
        _ method: HTTP.Method, _ path: String, forms: [String] = []
    ) -> Role {
        // What only takes away what one sees: lists as files, columns of one's own.
        let copies = [
            "/qr-codes/columns", "/qr-codes/selection", "/qr-codes/images", "/qr-codes/{id}/export",
            "/audiences/{id}/export", "/forms/{id}/export",
        ]
        if copies.contains(path) || path.hasPrefix("/exports") { return .viewer }
        // What only those need who change something.
        let questions = [
            "/materials/picker", "/articles/picker", "/news-cards/picker", "/forms/picker",
            "/contacts/{id}/merges/{merge}", "/accounts/{id}/articles/sync",
        ]
        if questions.contains(path) { return .editor }
        // A workspace's name, zone and what it keeps are its owners'.
        let ofOwners = ["/settings/workspace", "/settings/time-zone", "/settings/profiles"]
        if method == .post, ofOwners.contains(path) { return .owner }
        if method == .patch, path == "/workspace" { return .owner }
        let first = path.split(separator: "/").first.map(String.init) ?? ""
        let changes = method != .get || forms.contains { path.hasSuffix($0) }
        switch first {
        case "sign-out", "settings", "account", "workspace": return .viewer
        case "tokens", "audit", "invitations": return .admin
        case "contacts"
        where path.hasSuffix("/erase") || (method, path) == (.delete, "/contacts/{id}"):
            return .admin
        case "accounts" where path.hasSuffix("/check"): return .editor
        // The signing token and the key in the clear.
        case "accounts" where path.hasSuffix("/callback"): return .admin
        // What its new codes look like.
        case "accounts" where path.hasSuffix("/logo"): return changes ? .editor : .viewer
        case "accounts", "members": return changes ? .admin : .viewer
        default: return changes ? .editor : .viewer
        }
    }

    /// The path with ids of things that are there, so that a refusal is about the role.
    private func filled(_ path: String, _ code: QRCode) -> String {
        path.replacing("/qr-codes/{id}", with: "/qr-codes/\(code.id)")
            .replacing("/accounts/{id}", with: "/accounts/\(code.account)")
            .replacing("{metric}", with: "scans")
            .replacing(/\{[a-z_]+\}/, with: "none")
    }

    private func declared(_ route: PageRoute) -> Role? {
        if case .member(let role, _) = route.handler { role } else { nil }
    }

    @Test func `what the routes declare is what is promised`() async throws {
        let wharf = try await Wharfside()
        for route in wharf.site.pageRoutes {
            guard let role = declared(route) else { continue }
            #expect(
                role
                    == promised(
                        route.method, route.path, forms: ["/new", "/edit", "/delete", "/design"]),
                "\(route.method.name) \(route.path) declares \(role)")
        }
        for route in wharf.site.apiRoutes {
            #expect(
                route.role == promised(route.method, route.path),
                "\(route.method.name) /api/v1\(route.path) declares \(route.role)")
        }
        let open = Set(wharf.site.pageRoutes.filter { declared($0) == nil }.map(\.path))
        #expect(
            open.isSubset(of: [
                "/sign-in", "/setup", "/language", "/c/{slug}", "/c/{slug}/image",
                "/invitations/{token}", "/f/{slug}", "/m/{slug}", "/exports/{id}/file",
                "/api/docs",
            ]), "open to anyone: \(open)")
    }

    @Test(arguments: Role.allCases)
    func `a page refuses every role below its own, and lets the others in`(role: Role) async throws
    {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code()
        var visitor = try await wharf.member(role)
        try await visitor.get("/settings")
        let token = visitor.token
        for route in wharf.site.pageRoutes {
            guard let needed = declared(route), route.path != "/sign-out" else { continue }
            let path = filled(route.path, code)
            // A deletion by one who may would take the code away from the routes after it.
            if role >= needed, route.method == .post, path.hasSuffix("/delete") { continue }
            let answer =
                route.method == .get
                ? try await visitor.get(path) : try await visitor.post(path, token: token)
            let isRefused = answer.status == 403
            #expect(isRefused == (role < needed), "\(role) \(route.method.name) \(path)")
            #expect(answer.status < 500, "\(route.method.name) \(path)")
        }
    }

    @Test func `nobody gets in without signing in, nor changes anything without the form's token`()
        async throws
    {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code()
        var owner = try await wharf.owner()
        var stranger = wharf.stranger()
        for route in wharf.site.pageRoutes where declared(route) != nil {
            let path = filled(route.path, code)
            let answer =
                route.method == .get
                ? try await stranger.get(path) : try await stranger.post(path, token: "none")
            #expect(
                answer.status == 303 && answer.location?.hasPrefix("/sign-in") == true,
                "\(route.method.name) \(path)")
            guard route.method == .post else { continue }
            #expect(try await owner.post(path, token: "none").status == 403, "\(path)")
        }
    }

    @Test(arguments: Role.allCases)
    func `the API refuses every role below a route's own`(role: Role) async throws {
        let client = try await Integrator(role)
        let code = try await client.workshop.code()
        client.workshop.wechat.answer(
            "/cgi-bin/draft/batchget", #"{"total_count":0,"item_count":0,"item":[]}"#)
        for route in client.wharf.site.apiRoutes {
            let path = filled(route.path, code)
            if role >= route.role, route.method == .delete { continue }
            let body = route.operation.body == nil ? nil : "{}"
            let answer = try await client.call(route.method, path, body)
            let isRefused = answer.status == 403
            #expect(isRefused == (role < route.role), "\(role) \(route.method.name) \(path)")
            #expect(answer.status != 401 && answer.status < 500, "\(route.method.name) \(path)")
        }
    }

    @Test func `the API knows nobody without a token`() async throws {
        let client = try await Integrator()
        let code = try await client.workshop.code()
        for route in client.wharf.site.apiRoutes {
            let body = route.operation.body == nil ? nil : "{}"
            let answer = try await client.call(
                route.method, filled(route.path, code), body, ["Authorization": ""])
            #expect(answer.status == 401, "\(route.method.name) \(route.path)")
        }
    }
}
