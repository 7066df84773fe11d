import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct MemberPagesTests {
    /// The link that the page shows once.
    private func link(_ page: Answer) throws -> String {
        let url = try #require(page.value(after: "value=\"http://127.0.0.1:8080"))
        return url
    }

    private func invite(
        _ wharf: Wharfside, _ owner: inout Visitor, _ email: String, _ role: String = "editor"
    ) async throws -> String {
        try await owner.get("/members")
        return try link(
            try await owner.post("/invitations", ["email": email, "role": role]))
    }

    @Test func `an invited person chooses a password and is in, and the link works once`()
        async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let path = try await invite(wharf, &owner, "zhou@example.com")
        #expect(path.hasPrefix("/invitations/mi_"))
        let members = try await owner.get("/members")
        #expect(members.contains("等待接受的邀请") && !members.contains("mi_"))

        var guest = wharf.stranger()
        let page = try await guest.get(path)
        #expect(page.contains("码头") && page.contains("zhou@example.com"))
        let refused = try await guest.post(path, ["name": "周岩", "password": "short"])
        #expect(refused.status == 422 && refused.input("name") == "周岩")
        #expect(
            try await guest.post(path, ["name": "周岩", "password": "harbour-2027"]).location == "/")
        #expect(try await guest.get("/qr-codes").status == 200)
        #expect(try await guest.get("/accounts/new").status == 403)

        var late = wharf.stranger()
        #expect(try await late.get(path).status == 404)
        #expect(try await owner.get("/members").contains("周岩"))
    }

    @Test func `a link that was taken back or is too old leads nowhere`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let first = try await invite(wharf, &owner, "zhou@example.com")
        let waiting = try await wharf.workshop.installation.invitations.list(
            for: wharf.workshop.owner)
        let id = try #require(waiting.first?.id)
        #expect(try await owner.post("/invitations/\(id)/revoke").status == 303)
        var guest = wharf.stranger()
        #expect(try await guest.get(first).status == 404)

        let second = try await invite(wharf, &owner, "zhou@example.com")
        #expect(try await guest.get(second).status == 200)
        wharf.workshop.clock.advance(by: Invitation.lifetime)
        #expect(try await guest.get(second).status == 404)
    }

    @Test func `who is a member already is not invited, and the address is kept`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/members")
        for (email, words) in [
            ("LIN@example.com", "这个邮箱已经是成员"), ("nobody", "格式不对"), ("", "请填写"),
        ] {
            let page = try await owner.post("/invitations", ["email": email, "role": "viewer"])
            #expect(page.status == 422 && page.input("email") == email, "\(email)")
            #expect(page.contains(words))
        }
    }

    @Test func `a removed member is out at once`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        var editor = try await wharf.member(.editor)
        #expect(try await editor.get("/qr-codes").status == 200)
        let members = try await wharf.workshop.installation.members.list(for: wharf.workshop.owner)
        let id = try #require(members.first { $0.role == .editor }?.user.id)
        try await owner.get("/members")
        #expect(try await owner.post("/members/\(id)/remove").status == 303)
        #expect(try await editor.get("/qr-codes").location?.hasPrefix("/sign-in") == true)
        let audit = try await owner.get("/audit?kind=member")
        #expect(audit.contains("周岩"))
    }

    @Test func `a role changes what the member may, at once`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        var editor = try await wharf.member(.editor)
        let members = try await wharf.workshop.installation.members.list(for: wharf.workshop.owner)
        let id = try #require(members.first { $0.role == .editor }?.user.id)
        try await owner.get("/members")
        #expect(try await owner.post("/members/\(id)", ["role": "viewer"]).status == 303)
        #expect(try await editor.get("/qr-codes/new").status == 403)
        #expect(try await owner.post("/members/\(id)", ["role": "king"]).status == 422)
    }

    @Test func `the last owner can neither go nor step down`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let id = wharf.workshop.owner.actor
        try await owner.get("/members")
        #expect(try await owner.post("/members/\(id)/remove").status == 409)
        #expect(try await owner.post("/members/\(id)", ["role": "viewer"]).status == 409)
        var admin = try await wharf.member(.admin)
        try await admin.get("/members")
        #expect(try await admin.post("/members/\(id)/remove").status == 403)
        let invited = try await admin.post(
            "/invitations", ["email": "x@example.com", "role": "owner"])
        #expect(invited.status == 403)
    }

    @Test func `a new password ends the other sessions, and a wrong old one changes nothing`()
        async throws
    {
        let wharf = try await Wharfside()
        var here = try await wharf.owner()
        var there = try await wharf.owner()
        try await here.get("/settings")
        let wrong = try await here.post(
            "/settings/password", ["password": "guess-2026", "new_password": "harbour-2027"])
        #expect(wrong.status == 422 && wrong.contains("现在的密码不对"))
        let none = try await here.post("/settings/password", [:])
        #expect(none.text.components(separatedBy: "请填写。").count == 3)
        #expect(none.contains("密码需要重新填写") && !none.contains("您填写的内容都还在"))
        let short = try await here.post(
            "/settings/password", ["password": "harbour-2026", "new_password": "x"])
        #expect(short.text.components(separatedBy: "至少 8 个字符。").count == 2)
        #expect(
            try await here.post(
                "/settings/password", ["password": "harbour-2026", "new_password": "harbour-2027"]
            ).status == 303)
        #expect(try await here.get("/").status == 200)
        #expect(try await there.get("/").status == 303)
    }

    @Test(arguments: [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome · Windows"
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 MicroMessenger/8.0", "WeChat · Android"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox · Linux"
        ),
        ("curl/8.5.0", "curl/8.5.0"),
    ])
    func `a device is named as its owner would`(_ userAgent: String, _ name: String) async throws {
        let wharf = try await Wharfside()
        var owner = wharf.stranger()
        owner.fields = [("User-Agent", userAgent)]
        try await owner.get("/sign-in")
        try await owner.post(
            "/sign-in", ["email": "lin@example.com", "password": "harbour-2026"])
        #expect(try await owner.get("/settings").contains(">\(name)</span>"))
    }

    @Test func `a person ends a session of theirs from another browser`() async throws {
        let wharf = try await Wharfside()
        var here = try await wharf.owner()
        var there = try await wharf.owner()
        let page = try await here.get("/settings")
        let path = try #require(page.value(after: "action=\"/settings/sessions/"))
        #expect(try await here.post("/settings/sessions/\(path)").status == 303)
        #expect(try await there.get("/").status == 303)
        #expect(try await here.get("/").status == 200)
    }

    @Test func `a token is shown once, works, and is refused after it was revoked`() async throws {
        let client = try await Integrator()
        var owner = try await client.wharf.owner()
        try await owner.get("/tokens")
        let made = try await owner.post("/tokens", ["name": "CI 2", "role": "viewer"])
        let text = try #require(made.value(after: "value=\"mt_"))
        var program = client
        program.token = "mt_" + text
        #expect(try await program.call(.get, "/members").status == 200)
        #expect(try await program.call(.get, "/tokens").status == 403)
        let list = try await owner.get("/tokens")
        #expect(!list.contains(text))

        let tokens = try await client.call(.get, "/tokens").json()["data"].elements
        let id = try #require(tokens.first { $0["name"].text == "CI 2" }?["id"].text)
        #expect(try await client.call(.delete, "/tokens/\(id)").status == 204)
        #expect(try await program.call(.get, "/members").status == 401)
    }

    @Test func `a token ends when its maker said`() async throws {
        let client = try await Integrator()
        var owner = try await client.wharf.owner()
        try await owner.get("/tokens")
        #expect(
            try await owner.post("/tokens", ["name": "a", "role": "viewer", "days": "7"]).status
                == 422)
        let page = try await owner.post("/tokens", ["name": "", "role": "viewer", "days": "30"])
        #expect(page.status == 422 && page.contains("<option value=\"30\" selected>"))
        try await owner.post("/tokens", ["name": "月", "role": "viewer", "days": "30"])
        let end = (client.workshop.clock.now + .seconds(30 * 86_400)).rfc3339
        let listed = try await client.call(.get, "/tokens").json()["data"].elements
        #expect(listed.first { $0["name"].text == "月" }?["expires_at"].text == end)

        let made = try await client.call(
            .post, "/tokens", #"{"name":"b","role":"viewer","expires_at":"\#(end)"}"#)
        #expect(made.status == 201)
        #expect(try made.json()["expires_at"].text == end)
        let past = try await client.call(
            .post, "/tokens", #"{"name":"b","expires_at":"2020-01-01T00:00:00Z"}"#)
        #expect(try past.faults() == ["expires_at in_the_past"])
        client.workshop.clock.advance(by: .seconds(31 * 86_400))
        #expect(try await owner.get("/sign-in").status == 200)
        var later = try await client.wharf.owner()
        #expect(try await later.get("/tokens").contains("已过期"))
    }

    @Test func `a person in no workspace is told so, and who does not know the password is not`()
        async throws
    {
        let wharf = try await Wharfside()
        _ = try await wharf.member(.viewer)
        try await wharf.workshop.installation.members.remove(
            email: "viewer@example.com", by: wharf.workshop.owner)
        var visitor = wharf.stranger()
        try await visitor.get("/sign-in")
        let told = try await visitor.post(
            "/sign-in", ["email": "viewer@example.com", "password": "harbour-2026"])
        #expect(told.status == 409 && told.contains("您已不属于任何工作区"))
        let untold = try await visitor.post(
            "/sign-in", ["email": "viewer@example.com", "password": "guess-2026"])
        #expect(untold.status == 422 && untold.contains("邮箱或密码不对"))
    }

    @Test func `an owner names the workspace, on the page and over the API`() async throws {
        let client = try await Integrator(.owner)
        var owner = try await client.wharf.owner()
        #expect(try await owner.get("/settings").input("workspace_name") == "码头")
        let refused = try await owner.post("/settings/workspace", ["workspace_name": " "])
        #expect(refused.status == 422 && refused.contains("请填写"))
        #expect(
            try await owner.post("/settings/workspace", ["workspace_name": "外滩"]).status == 303)
        let shown = try await client.call(.get, "/workspace").json()
        #expect(shown["name"] == "外滩" && shown["time_zone"] == "Asia/Shanghai")
        let changed = try await client.call(.patch, "/workspace", #"{"name":"静安"}"#)
        #expect(try changed.json()["name"] == "静安")
        let empty = try await client.call(.patch, "/workspace", "{}")
        #expect(try empty.faults() == ["name required"])
        #expect(
            try await client.with(.admin).call(.patch, "/workspace", #"{"name":"x"}"#).status
                == 403)
        var admin = try await client.wharf.member(.admin)
        #expect(try await admin.get("/settings").input("workspace_name") == nil)
        #expect(
            try await admin.post("/settings/workspace", ["workspace_name": "x"]).status == 403)
    }

    @Test func `an owner chooses the zone of the workspace's days, on the page and over the API`()
        async throws
    {
        let client = try await Integrator(.owner)
        var owner = try await client.wharf.owner()
        #expect(try await owner.get("/settings").input("time_zone") == "Asia/Shanghai")
        let refused = try await owner.post("/settings/time-zone", ["time_zone": "Mars/Base"])
        #expect(refused.status == 422 && refused.input("time_zone") == "Mars/Base")
        #expect(
            try await owner.post("/settings/time-zone", ["time_zone": "Europe/Berlin"]).status
                == 303)
        #expect(try await owner.get("/settings").contains("新时区的日期：0%"))
        let shown = try await client.call(.get, "/workspace").json()
        #expect(shown["time_zone"] == "Europe/Berlin" && shown["days_moved"] != .null)
        try await client.workshop.doJobs()
        #expect(try await client.call(.get, "/workspace").json()["days_moved"] == .null)
        #expect(try await owner.get("/audit").contains("Europe/Berlin"))
        let changed = try await client.call(.patch, "/workspace", #"{"time_zone":"Asia/Tokyo"}"#)
        #expect(try changed.json()["time_zone"] == "Asia/Tokyo")
        let unknown = try await client.call(.patch, "/workspace", #"{"time_zone":"x"}"#)
        #expect(try unknown.faults() == ["time_zone unknown"])
        var admin = try await client.wharf.member(.admin)
        #expect(
            try await admin.post("/settings/time-zone", ["time_zone": "Asia/Tokyo"]).status == 403)
    }

    @Test
    func `an owner lets the workspace keep the profiles of who left, on the page and over the API`()
        async throws
    {
        let client = try await Integrator(.owner)
        var owner = try await client.wharf.owner()
        let box = #"name="keeps_profiles" value="1""#
        #expect(try await owner.get("/settings").contains(box + ">"))
        #expect(
            try await owner.post("/settings/profiles", ["keeps_profiles": "1"]).location
                == "/settings")
        #expect(try await owner.get("/settings").contains(box + " checked>"))
        #expect(try await client.call(.get, "/workspace").json()["keeps_profiles"] == true)
        let changed = try await client.call(.patch, "/workspace", #"{"keeps_profiles":false}"#)
        #expect(try changed.json()["keeps_profiles"] == false)
        #expect(try await owner.get("/audit").contains("保留取关粉丝的资料"))
        var admin = try await client.wharf.member(.admin)
        #expect(!(try await admin.get("/settings").contains("keeps_profiles")))
        #expect(try await admin.post("/settings/profiles").status == 403)
    }

    @Test func `members and invitations over the API`() async throws {
        let client = try await Integrator(.owner)
        let invited = try await client.call(
            .post, "/invitations", #"{"email":"zhou@example.com","role":"editor"}"#)
        #expect(invited.status == 201)
        let url = try #require(try invited.json()["url"].text)
        let secret = SecretToken(text: String(url.split(separator: "/").last ?? ""))
        let member = try await client.workshop.installation.invitations.accept(
            secret, name: "周岩", password: "harbour-2027")
        let path = "/members/\(member.user.id)"
        let changed = try await client.call(.patch, path, #"{"role":"admin"}"#)
        #expect(try changed.json()["role"].text == "admin")
        #expect(try await client.call(.patch, path, #"{"role":"king"}"#).status == 422)
        #expect(try await client.call(.delete, path).status == 204)
        #expect(try await client.call(.delete, path).status == 404)
        let owner = "/members/\(client.workshop.owner.actor)"
        #expect(try await client.call(.delete, owner).status == 409)
        #expect(try await client.call(.get, "/invitations").json()["data"].elements.isEmpty)
    }

    @Test(arguments: ["/members", "/invitations", "/tokens"])
    func `what belongs to a workspace is listed in pages`(path: String) async throws {
        let client = try await Integrator(.owner)
        let (installation, owner) = (client.workshop.installation, client.workshop.owner)
        for number in 0..<3 {
            // Two of them in one millisecond.
            if number == 2 { client.workshop.clock.advance(by: .seconds(1)) }
            let email = "m\(number)@example.com"
            _ = try await installation.members.add(
                .init(name: email, email: email, password: "harbour-2026"), role: .viewer, by: owner
            )
            _ = try await installation.tokens.make(name: email, role: .viewer, by: owner)
            _ = try await installation.invitations.make(
                email: "i\(number)@example.com", role: .viewer, by: owner)
        }
        let whole = try await client.call(.get, path).json()["data"].elements
        var paged: [JSON] = []
        var next: String?
        repeat {
            let cursor = next.map { "&cursor=\($0)" } ?? ""
            let page = try await client.call(.get, "\(path)?limit=1\(cursor)").json()
            paged += page["data"].elements
            next = page["next_cursor"].text
        } while next != nil
        #expect(paged == whole && whole.count >= 3)
    }

    @Test func `a token learns whose it is, and lists what it made itself`() async throws {
        let client = try await Integrator(.editor)
        let me = try await client.call(.get, "/me").json()
        #expect(me["token"]["role"].text == "editor" && me["token"]["name"].text == "CI")
        #expect(me["workspace"]["name"].text == "码头")
        #expect(me["workspace"]["time_zone"].text == "Asia/Shanghai")
        #expect(me["member"]["email"].text == "lin@example.com")
        _ = try await client.workshop.code(named: "成员的")
        try await client.code(named: "程序的")
        let own = try await client.call(.get, "/qr-codes?created_by=me").json()["data"].elements
        #expect(own.map { $0["name"].text } == ["程序的"])
        #expect(own.first?["created_by"].text == me["token"]["id"].text)
        let machine = try await client.elsewhere().call(.get, "/me").json()
        #expect(machine["member"] == .null && machine["workspace"]["name"].text == "Elsewhere")
    }

    @Test(arguments: [true, false])
    func `what tells progress ends when somebody signs out or is removed`(signsOut: Bool)
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        var member = try await wharf.member(.viewer)
        let code = try await workshop.code()
        try await member.get("/settings")
        // Nobody does the job: it is under way for as long as anybody looks.
        try await member.post("\(code.path)/export", ["format": "CSV"])
        let stream = await wharf.site.router.respond(to: member.request(.get, "/exports/events"))
        #expect(stream.fields["Content-Type"] == "text/event-stream")
        if signsOut {
            try await member.post("/sign-out")
        } else {
            try await workshop.installation.members.remove(
                email: "viewer@example.com", by: workshop.owner)
        }
        // Without an end of its own it would go on for minutes.
        #expect(!String(decoding: try await stream.bodyBytes(), as: UTF8.self).contains("data:"))
        #expect(try await member.get("/exports/events").location?.hasPrefix("/sign-in") == true)
    }
}
