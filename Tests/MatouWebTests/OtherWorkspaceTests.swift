import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// Every route that names a thing, with the real id of one in a workspace, by the owner of another.
struct OtherWorkspaceTests {
    @Test func `to the owner of another workspace nothing is there, on pages and in the API`()
        async throws
    {
        let client = try await Integrator(.owner)
        let things = try await Things(of: client)
        let before = try await things.rows(of: client.workshop)
        let other = try await client.elsewhere()
        var visitor = try await client.wharf.elsewhere()
        try await visitor.get("/settings")

        for route in client.wharf.site.pageRoutes {
            guard case .member = route.handler, let path = try things.filled(route.path) else {
                continue
            }
            let answer =
                route.method == .get ? try await visitor.get(path) : try await visitor.post(path)
            #expect(answer.status == 404, "\(route.method.name) \(path): \(answer.status)")
        }
        for route in client.wharf.site.apiRoutes {
            guard let path = try things.filled(route.path) else { continue }
            let body = route.operation.body == nil ? nil : "{}"
            let answer = try await other.call(route.method, path, body)
            #expect(answer.status == 404, "\(route.method.name) /api/v1\(path): \(answer.status)")
        }
        for (table, rows) in try await things.rows(of: client.workshop) {
            #expect(rows == before[table], "\(table) has changed")
        }
    }

    @Test func `to the owner of its own everything is there, so that the ids are real`()
        async throws
    {
        let client = try await Integrator(.owner)
        let things = try await Things(of: client)
        var visitor = try await client.wharf.owner()
        for route in client.wharf.site.pageRoutes
        where route.method == .get && !hasNone(route.path) {
            guard case .member = route.handler, let path = try things.filled(route.path) else {
                continue
            }
            #expect(try await visitor.get(path).status < 400, "\(path)")
        }
        for route in client.wharf.site.apiRoutes
        where route.method == .get && !hasNone(route.path) {
            guard let path = try things.filled(route.path) else { continue }
            #expect(try await client.call(.get, path).status < 400, "/api/v1\(path)")
        }
    }

    /// WeChat's stub has a draft without a cover.
    private func hasNone(_ path: String) -> Bool { path == "/articles/{id}/cover" }

    @Test func `lists, and what is asked for by a body, hold nothing of it`() async throws {
        let client = try await Integrator(.owner)
        let things = try await Things(of: client)
        let other = try await client.elsewhere()
        for route in client.wharf.site.apiRoutes
        where route.method == .get && !route.path.contains("{") {
            let answer = try await other.call(.get, route.path)
            for secret in things.secrets {
                #expect(!answer.contains(secret), "\(route.path) tells \(secret)")
            }
        }
        let id = { (path: String) in things.ids[path] ?? "" }
        for (path, body) in [
            ("/qr-codes", #"{"account_id":"\#(id("/accounts/{id}"))","name":"x"}"#),
            ("/exports", #"{"kind":"scanners","qr_code_id":"\#(id("/qr-codes/{id}"))"}"#),
            ("/exports", #"{"kind":"audience_members","audience_id":"\#(id("/audiences/{id}"))"}"#),
            ("/exports", #"{"kind":"form_submissions","form_id":"\#(id("/forms/{id}"))"}"#),
            ("/imports", #"{"account_id":"\#(id("/accounts/{id}"))","csv":"a"}"#),
        ] {
            #expect(try await other.call(.post, path, body).status == 404, "\(path) \(body)")
        }
        let tagged = #"{"name":"x","condition":{"tag":"\#(id("/contacts/{id}/tags/{tag}"))"}}"#
        #expect(try await other.call(.post, "/audiences", tagged).status == 422)
    }
}
