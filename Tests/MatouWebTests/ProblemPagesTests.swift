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
        #expect(answer.contains("The fault is ours"))
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

    @Test func `a form that is none is refused`() async throws {
        let wharf = try await Wharfside()
        var visitor = wharf.stranger()
        let answer = try await visitor.send(.post, "/sign-in", body: Array("%zz=".utf8))
        #expect(answer.status == 403)
    }
}
