import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// What is taken of whom, and what goes out with it.
struct GateTests {
    @Test func `what a stranger sends is refused before it comes`() async throws {
        let wharf = try await Wharfside()
        var configuration = Server.Configuration(.ip(host: "127.0.0.1", port: 0))
        configuration.eventLoops = 1
        configuration.onRefusal = wharf.site.refusal
        let server = Server(configuration: configuration, router: wharf.site.router)
        let port = try server.start().port
        // Their bodies never come: who waits for one does not answer.
        for (path, status) in [
            ("/qr-codes", 303), ("/imports", 303), ("/materials", 303), ("/logos", 303),
            ("/settings/name", 303), ("/api/v1/imports", 401), ("/api/v1/materials?name=a", 401),
            ("/api/v1/logos", 401), ("/api/v1/exports", 401), ("/sign-in", 413),
        ] {
            let answer = try await PlainHTTP.send(
                "POST", port: port, path: path, announced: 900_000)
            #expect(answer.status == status, "\(path)")
        }
        await server.stop(drainingFor: .seconds(1))
    }

    @Test func `a viewer's file is refused before it comes`() async throws {
        let wharf = try await Wharfside()
        let viewer = try await wharf.member(.viewer)
        let upload = BodyStream([[UInt8](repeating: 7, count: 100)])
        let request = Request(
            .post, "/materials",
            fields: ["Cookie": viewer.cookies.map { "\($0)=\($1)" }.joined(separator: "; ")],
            upload: upload)
        #expect(await wharf.site.router.respond(to: request).status == .forbidden)
        var chunks = 0
        for try await _ in upload { chunks += 1 }
        #expect(chunks == 1)
    }

    /// A form that is wrong in everything, mended step by step: each answer names the next step.
    @Test func `a request is let in by session, role, form, CSRF token and path, in this order`()
        async throws
    {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        func send(_ visitor: inout Visitor, _ target: String, _ body: String) async throws -> String
        {
            visitor.language = "en"
            let answer = try await visitor.send(.post, target, body: Array(body.utf8))
            let words = ["not arrive complete", "has expired"].first(where: answer.contains)
            return "\(answer.status) \(answer.location ?? words ?? "")"
        }
        let (bad, foreign) = ("name=a%00b", "name=ab")
        #expect(try await send(&visitor, "/groups/none", bad) == "303 /sign-in")
        visitor = try await wharf.member(.viewer)
        #expect(try await send(&visitor, "/groups/none", bad).hasPrefix("403"))
        visitor = try await wharf.member(.editor)
        #expect(try await send(&visitor, "/groups/none", bad) == "400 not arrive complete")
        #expect(try await send(&visitor, "/groups/none", foreign) == "403 has expired")
        try await visitor.get("/groups")
        let own =
            foreign + "&csrf_token=" + PercentCoding.encodeQueryComponent(visitor.token)
        #expect(try await send(&visitor, "/groups/none", own).hasPrefix("404"))
        let group = try await wharf.workshop.installation.groups.create(
            named: "a", by: wharf.workshop.owner)
        #expect(try await send(&visitor, "/groups/\(group.group.id)", own).hasPrefix("303 /groups"))
    }

    @Test func `a visitor's cookie goes with a page that has a form, and with no file`()
        async throws
    {
        let wharf = try await Wharfside()
        let code = try await wharf.workshop.code()
        var visitor = wharf.stranger()
        let image = try await visitor.get("/c/\(code.slug)/image")
        #expect(image.fields["Cache-Control"] == "public, max-age=300")
        #expect(image.fields.values("Set-Cookie").isEmpty)
        #expect(
            try await visitor.get("/sign-in").fields["Set-Cookie"]?.hasPrefix("matou_visit=")
                == true)
    }

    @Test func `the address of an invitation travels nowhere`() async throws {
        let wharf = try await Wharfside()
        let (_, secret) = try await wharf.workshop.installation.invitations.make(
            email: "zhou@example.com", role: .viewer, by: wharf.workshop.owner)
        var visitor = wharf.stranger()
        let page = try await visitor.get("/invitations/\(secret.text)")
        #expect(page.fields["Referrer-Policy"] == "strict-origin")
        #expect(try await visitor.get("/sign-in").fields["Referrer-Policy"] == "same-origin")
    }

    @Test func `the list of tokens says who made them`() async throws {
        let client = try await Integrator()
        let listed = try await client.call(.get, "/tokens").json()["data"].elements
        #expect(listed.first?["created_by"].text == client.workshop.owner.actor)
        var owner = try await client.wharf.owner()
        owner.language = "en"
        let page = try await owner.get("/tokens")
        #expect(page.contains("Created by") && page.contains("data-label=\"Created by\">林晓<"))
    }

    @Test func `an account connected over the API is finished over it`() async throws {
        let client = try await Integrator()
        let made = try await client.call(
            .post, "/accounts", #"{"name":"乙","app_id":"wx2","secret":"s"}"#
        ).json()
        let path = "/accounts/\(made["id"].text ?? "")/callback"
        let callback = try await client.call(.get, path).json()
        #expect(callback["url"].text == "http://127.0.0.1:8080/callbacks/wechat/wx2")
        #expect(callback["token"].text?.isEmpty == false)
        #expect(callback["aes_key"].text?.utf8.count == 43)
        #expect(callback["message_mode"] == made["message_mode"])
        #expect(try await client.with(.editor).call(.get, path).status == 403)
    }

    @Test func `a body in a content coding is not taken for what it is not`() async throws {
        let client = try await Integrator(.owner)
        let group = #"{"name":"甲"}"#
        let packed = try await client.call(.post, "/groups", group, ["Content-Encoding": "gzip"])
        #expect(packed.status == 415)
        #expect(try packed.json()["type"] == "/api/docs#problem-content_coded")
        let plain = ["Content-Encoding": "identity"]
        #expect(try await client.call(.post, "/groups", group, plain).status == 201)
    }

    @Test func `a promise that is not kept is refused`() async throws {
        let client = try await Integrator(.owner)
        let token = #"{"name":"CI","role":"viewer"}"#
        let twice = try await client.call(.post, "/tokens", token, ["Idempotency-Key": "a"])
        #expect(twice.status == 422)
        #expect(try twice.faults() == ["Idempotency-Key unknown"])
        let member = "/members/\(client.workshop.owner.actor)"
        let lost = try await client.call(
            .patch, member, #"{"role":"owner"}"#, ["If-Match": "\"1.a\""])
        #expect(try lost.faults() == ["If-Match unknown"])
        let group = try await client.call(.post, "/groups", #"{"name":"乙"}"#)
        let tag = try #require(group.fields["ETag"])
        let path = "/groups/\(try #require(try group.json()["id"].text))"
        for known in [tag, "*"] {
            let answer = try await client.call(
                .patch, path, #"{"name":"丙"}"#, ["If-None-Match": known])
            #expect(try answer.faults() == ["If-None-Match unknown"])
        }
        let kept = #"{"name":"甲"}"#
        #expect(
            try await client.call(.post, "/groups", kept, ["Idempotency-Key": "a"]).status == 201)
    }

    @Test func `the reference of the API is open, and a member has it among their pages`()
        async throws
    {
        let wharf = try await Wharfside()
        var stranger = wharf.stranger()
        let open = try await stranger.get("/api/docs")
        #expect(open.status == 200 && open.contains("id=\"problem-stale\""))
        #expect(!open.contains("href=\"/tokens\""))
        var owner = try await wharf.owner()
        let page = try await owner.get("/api/docs")
        #expect(page.contains("id=\"problem-stale\"") && page.contains("href=\"/tokens\""))
    }
}
