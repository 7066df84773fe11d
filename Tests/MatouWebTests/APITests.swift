import HTTP
import HTTPClient
import Matou
import TestWorld
import Testing
import WeChat

@testable import MatouWeb

/// What holds for every route of the API.
struct APITests {
    /// Paths of the document with the ids of things that are there, or of their kind at least.
    private func lines(_ client: Integrator) async throws -> [(APIDocument.Line, path: String)] {
        let code = try await client.workshop.code().id.text
        let workshop = client.workshop
        let poster = try await workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: workshop.owner
        ).material.id
        var ids = [
            "groups": "gr_none", "logos": "lg_none", "imports": "im_none", "exports": "ex_none",
            "articles": "ar_none", "members": "us_none", "invitations": "iv_none",
            "tokens": "tk_none", "contact-merges": "cm_none",
            "accounts": workshop.account.id.text, "materials": poster.text,
            "news-cards": try await workshop.installation.newsCards.create(
                NewsCard.Draft(
                    .init(
                        title: "上新", description: "第一批", url: "https://example.com/a",
                        picture: poster)), by: workshop.owner
            ).id.text,
            "tags": try await workshop.installation.tags.makeContactTag(
                named: "会员", by: workshop.owner
            ).id.text,
        ]
        let follower = FollowerKey(account: workshop.account.id, openid: "oMing")
        try await workshop.deliver(
            CallbackEvent(
                .subscribe(scene: nil), by: follower.openid, at: workshop.clock.now.seconds))
        ids["contacts"] = Contact.ID(follower).text
        var form = Matou.Form.Draft()
        form.title = "会员登记"
        form.fields = [Matou.Form.Field(id: "m", kind: .mobile, label: "手机号", role: .key)]
        ids["forms"] = try await workshop.installation.forms.create(form, by: workshop.owner)
            .id.text
        ids["audiences"] = try await workshop.installation.audiences.create(
            named: "会员日", .following(true), by: workshop.owner
        ).id.text
        return client.document.lines.map { line in
            let resource = line.path.dropFirst(APIRoute.prefix.count).split(separator: "/").first
            let id = ids[resource.map(String.init) ?? ""] ?? code
            let path = line.path.replacing("{id}", with: id)
                .dropFirst(APIRoute.prefix.count)
            return (line, String(path))
        }
    }

    private func body(_ line: APIDocument.Line) -> String? {
        line.operation["requestBody"]["content"]["application/json"] == .null ? nil : "{}"
    }

    @Test func `an answer that the document does not describe is noticed`() async throws {
        let client = try await Integrator()
        let path = "/accounts/\(client.workshop.account.id)"
        var account = try await client.call(.get, path).json().members
        account["name"] = nil
        account["colour"] = "red"
        account["version"] = "1"
        account["message_mode"] = "loud"
        let body = try JSON.object(account).bytes()
        let target = APIRoute.prefix + path
        func faults(_ response: Response) throws -> Set<String> {
            let text = String(decoding: body, as: UTF8.self)
            return Set(
                try client.document.faults(of: Answer(response, text: text), to: .get, target))
        }
        #expect(
            try faults(.json(body)) == [
                ".name is missing", ".colour is not documented",
                ".message_mode is none of the choices",
                ".version is string, not [MatouWeb.JSON.string(\"integer\")]",
            ])
        #expect(try faults(.json(body, status: .gone)) != [])
        #expect(try faults(.text("")) != [])
    }

    @Test func `without a token, or with a wrong one, every route says 401`() async throws {
        let client = try await Integrator()
        for (line, path) in try await lines(client) {
            for bearer in ["", "Bearer mt_wrong", "Basic bGluOmhhcmJvdXI=", "Bearer"] {
                let answer = try await client.call(
                    line.method, path, body(line), ["Authorization": bearer])
                #expect(answer.status == 401, "\(line.method.name) \(path) \(bearer)")
                #expect(answer.fields["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
            }
        }
    }

    @Test func `below its role every route says 403`() async throws {
        let client = try await Integrator()
        var refused = 0
        for (line, path) in try await lines(client) {
            let needed = try #require(
                Role.allCases.first {
                    line.operation["description"].text?.contains("role `\($0.rawValue)`") ?? false
                })
            guard let below = Role.allCases.last(where: { $0 < needed }) else { continue }
            let answer = try await client.with(below).call(line.method, path, body(line))
            #expect(answer.status == 403, "\(line.method.name) \(path)")
            refused += 1
        }
        #expect(refused > 0)
    }

    @Test func `what belongs to another workspace is not there`() async throws {
        let client = try await Integrator()
        let other = try await client.elsewhere()
        for (line, path) in try await lines(client) where line.path.contains("{id}") {
            let answer = try await other.call(line.method, path, body(line))
            #expect(answer.status == 404, "\(line.method.name) \(path)")
        }
        let made = try await other.call(
            .post, "/qr-codes", #"{"account_id":"\#(client.workshop.account.id)","name":"x"}"#)
        #expect(made.status == 404)
        for list in ["/accounts", "/qr-codes", "/tags", "/contacts", "/forms"] {
            #expect(try await other.call(.get, list).json()["data"] == [])
        }
    }

    @Test func `a body that is no JSON object is refused`() async throws {
        let client = try await Integrator(.owner)
        for (line, path) in try await lines(client) where body(line) != nil {
            let mayBeEmpty = line.operation["requestBody"]["required"] == false
            for text in ["", "{", "[]", "null", "\"x\"", "{\"name\":}", "{} {}"] {
                if text.isEmpty, mayBeEmpty { continue }
                let answer = try await client.call(line.method, path, text)
                #expect(answer.status == 400, "\(line.method.name) \(path) \(text)")
            }
            for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
                let answer = try await client.call(line.method, path, "{}", ["Content-Type": type])
                #expect(answer.status == 415, "\(type)")
            }
            let charset = ["Content-Type": "Application/JSON; charset=utf-8"]
            #expect(try await client.call(line.method, path, "{}", charset).status != 415)
        }
    }

    @Test func `a parameter or member that nobody knows is named`() async throws {
        let client = try await Integrator(.owner)
        for (line, path) in try await lines(client) {
            let query = try await client.call(line.method, path + "?colour=red", body(line))
            #expect(query.status == 422, "\(line.method.name) \(path)")
            #expect(try query.faults() == ["colour unknown"])
            guard body(line) != nil else { continue }
            let answer = try await client.call(line.method, path, #"{"colour":"red"}"#)
            #expect(answer.status == 422)
            #expect(try answer.faults().contains("colour unknown"))
        }
    }

    @Test func `a body of nothing but faults gets a short answer`() async throws {
        let client = try await Integrator()
        let items = String(repeating: "5,", count: 30_000)
        let members = (0..<6_000).map { #""m\#($0)":0,"# }.joined()
        for body in [
            #"{"reply":[\#(items)5]}"#, #"{\#(members)"m":0}"#,
            #"{"reply":[{\#(members)"format":"text","text":"a"}]}"#,
            String(repeating: #"{"a":"#, count: 10_000),
        ] {
            let answer = try await client.call(.post, "/qr-codes", body)
            #expect([400, 422].contains(answer.status))
            #expect(answer.text.utf8.count < 10_000)
        }
    }

    @Test func `what a code and its people look like is what the document says`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        let code = try await workshop.code(reply: [.text("欢迎")])
        for event in [
            CallbackEvent.Kind.subscribe(scene: code.scene), .scan(scene: code.scene), .unsubscribe,
        ] {
            try await workshop.deliver(
                CallbackEvent(event, by: "oMing", at: workshop.clock.now.seconds))
        }
        let path = "/qr-codes/\(code.id)"
        for path in [
            "/accounts", "/accounts/\(workshop.account.id)", "/qr-codes", path, path + "/scanners",
            path + "/days", path + "/image", path + "/image?format=svg",
        ] {
            #expect(try await client.call(.get, path).status == 200, "\(path)")
        }
        let scanners = try await client.call(.get, path + "/scanners").json()["data"]
        #expect(scanners.elements.first?["openid"] == "oMing")
        #expect(try await client.call(.delete, path).status == 204)
        let deleted = try await client.call(.get, path).json()
        #expect(deleted["deleted_at"].text != nil && deleted["status"] == "deleted")
    }

    @Test func `what WeChat said is quoted, what it did not say is not`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let client = try await Integrator(at: try await Wharfside(workshop))
        wechat.answer("/cgi-bin/qrcode/create", #"{"errcode":45009,"errmsg":"reach max limit"}"#)
        let refused = try await client.code()
        #expect(refused["failure"]["code"] == 45009)
        #expect(refused["failure"]["words"] == "reach max limit")
        let path = "/qr-codes/\(refused["id"].text ?? "")"
        #expect(try await client.call(.get, path + "/image").status == 409)
        wechat.answer("/cgi-bin/qrcode/create") { _ throws(TransportFailure) in
            throw TransportFailure(.unreachable, .notSent)
        }
        let unreached = try await client.call(.post, path + "/creation-attempts").json()
        #expect(unreached["status"] == "creation_failed")
        #expect(unreached["failure"]["code"] == .null)
        #expect(unreached["failure"]["words"] == .null)
        #expect(unreached["failure"]["message"].text?.isEmpty == false)
        wechat.answer(
            "/cgi-bin/qrcode/create", #"{"ticket":"gQ1","url":"http://weixin.qq.com/q/1"}"#)
        let made = try await client.call(.post, path + "/creation-attempts").json()
        #expect(made["status"] == "in_effect")
        #expect(try await client.call(.post, path + "/creation-attempts").status == 409)
    }
}
