import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct ProblemPagesTests {
    private func refusal(_ status: Status, _ path: String) async throws -> Answer {
        let wharf = try await Wharfside()
        let response = wharf.site.refusal(
            status, Request(.get, path, fields: ["Accept-Language": "en"]))
        return Answer(
            response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
    }

    @Test(arguments: [404, 405, 413, 414, 431, 500, 503, 408])
    func `the server's refusals are pages`(_ code: Int) async throws {
        let answer = try await refusal(Status(code), "/nowhere")
        #expect(answer.status == code)
        #expect(answer.contains("<!doctype html>"))
        #expect(answer.contains(">\(code)<"))
        #expect(!answer.contains("errors."))
        #expect(answer.fields["Content-Security-Policy"] != nil)
    }

    @Test func `a fault of ours tells the number that the log has`() async throws {
        let answer = try await refusal(.internalServerError, "/qr-codes")
        #expect(answer.contains("<code>0000000000000</code>"))
        #expect(answer.contains("Something went wrong on our side"))
    }

    @Test func `every problem is in the language that the program asks for`() async throws {
        let client = try await Integrator(.viewer)
        let asked = ["Accept-Language": "zh-CN,zh;q=0.9"]
        let answers = [
            try await client.call(.get, "/qr-codes?name=%00", nil, asked),
            try await client.call(
                .get, "/qr-codes", nil, asked.merging(["Authorization": ""]) { $1 }),
            try await client.call(.post, "/groups", "{}", asked),
            try await client.with(.editor).call(.post, "/groups", "[]", asked),
            try await client.with(.editor).call(
                .post, "/groups", "{}", asked.merging(["Content-Type": "text/plain"]) { $1 }),
            try await client.call(.get, "/qr-codes/none", nil, asked),
        ]
        #expect(answers.map(\.status) == [400, 401, 403, 400, 415, 404])
        for answer in answers {
            #expect(answer.fields["Content-Language"] == "zh-CN", "\(answer.status)")
        }
        for code in [400, 404, 405, 408, 413, 414, 431, 500, 501, 503] {
            let request = Request(
                .get, "/api/v1/nowhere", fields: ["Accept-Language": "zh-CN"])
            let response = client.wharf.site.refusal(Status(code), request)
            let answer = Answer(
                response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
            let detail = try #require(try answer.json()["detail"].text)
            #expect(answer.fields["Content-Language"] == "zh-CN")
            #expect(detail.unicodeScalars.contains { $0.value >= 0x4E00 }, "\(detail)")
        }
    }

    @Test func `the document says how long a body may be`() async throws {
        let client = try await Integrator()
        let paths = client.document.json["paths"]
        func description(_ path: String) -> String {
            paths["/api/v1" + path]["post"]["description"].text ?? ""
        }
        #expect(description("/qr-codes").contains("a body of at most 64 KiB."))
        #expect(description("/qr-codes/deletions").contains("a body of at most 1 MiB."))
        #expect(!description("/qr-codes/{id}/retry").contains("a body of"))
    }

    @Test func `a program gets JSON, WeChat plain text`() async throws {
        let api = try await refusal(.contentTooLarge, "/api/v1/qr-codes")
        #expect(api.fields["Content-Type"] == "application/problem+json")
        #expect(api.contains(#""status":413"#))
        let callback = try await refusal(.notFound, "/callbacks/wechat")
        #expect(callback.fields["Content-Type"] == "text/plain; charset=utf-8")
    }

    @Test func `what is not there says so`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let answer = try await owner.get("/accounts/ac_nobody")
        #expect(answer.status == 404)
        #expect(answer.contains("没有找到，或者不属于这个工作区。"))
        #expect(answer.contains("回到首页"))
    }

    @Test func `a member keeps the navigation where a page is missing or refused`() async throws {
        let wharf = try await Wharfside()
        var viewer = try await wharf.member(.viewer)
        for (path, status) in [("/qr-codes/qr_none", 404), ("/qr-codes/new", 403)] {
            let page = try await viewer.get(path)
            #expect(page.status == status)
            #expect(page.contains(#"href="/contacts""#) && page.contains(">\(status)<"), "\(path)")
        }
        let refused = try await viewer.post("/groups", ["name": "门店"])
        #expect(refused.status == 403 && refused.contains(#"href="/contacts""#))
    }

    @Test(arguments: [
        ("/invitations/none", "邀请链接已失效"),
        ("/f/nowhere", "表单链接已失效"), ("/c/nowhere", "二维码链接已失效"),
    ])
    func `a link that has ended says what it was, and nothing of workspaces`(
        _ path: String, _ words: String
    ) async throws {
        let wharf = try await Wharfside()
        var stranger = wharf.stranger()
        let page = try await stranger.get(path)
        #expect(page.status == 404 && page.contains(words))
        #expect(!page.contains("工作区") && !page.contains("回到首页"))
    }

    @Test func `a form that is none is refused`() async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        let answer = try await visitor.send(.post, "/sign-in", body: Array("%zz=".utf8))
        #expect(answer.status == 403)
    }
}
