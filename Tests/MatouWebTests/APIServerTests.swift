import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// What the server itself refuses below `/api/v1`, over a socket.
struct APIServerTests {
    @Test func `the server's own refusals are problems that a program can act on`() async throws {
        let client = try await Integrator()
        var configuration = Server.Configuration(.ip(host: "127.0.0.1", port: 0))
        configuration.eventLoops = 1
        configuration.onRefusal = client.wharf.site.refusal
        let server = Server(configuration: configuration, router: client.wharf.site.router)
        let port = try server.start().port
        let token = [("Authorization", "Bearer \(client.token)")]
        let json = token + [("Content-Type", "application/json")]
        let large = Array(repeating: UInt8(ascii: "x"), count: APIRoute.bodyBytesMax + 1)
        let cases: [(String, String, [(String, String)], [UInt8], status: Int, name: String)] = [
            ("GET", "/api/v1/qrcodes", token, [], 404, "no_such_path"),
            ("PUT", "/api/v1/qr-codes", json, Array("{}".utf8), 405, "method_not_allowed"),
            ("BREW", "/api/v1/qr-codes", token, [], 501, "not_implemented"),
            ("POST", "/api/v1/qr-codes", json, large, 413, "content_too_large"),
            ("POST", "/api/v1/qr-codes", token, Array("{}".utf8), 415, "not_json_type"),
            ("GET", "/api/v1/qr-codes/qr_none", token, [], 404, "missing"),
        ]
        for (method, path, fields, body, status, name) in cases {
            let answer = try await PlainHTTP.send(
                method, port: port, path: path, headers: fields, body: body)
            #expect(answer.status == status, "\(method) \(path)")
            #expect(answer.header("Content-Type") == "application/problem+json")
            let problem = try JSONDecoder().decode(JSON.self, from: Data(answer.body))
            #expect(problem["type"] == .string("/api/docs#problem-\(name)"))
            #expect(problem["status"] == .integer(Int64(status)))
            let detail = problem["detail"].text ?? ""
            #expect(!detail.isEmpty && !detail.contains("Go back"), "\(detail)")
            #expect(!detail.contains("api.problem"))
            if status == 413 {
                #expect(problem["values"]["bytes_max"] == JSON(APIRoute.bodyBytesMax))
                #expect(detail.contains("65536"))
            }
            if status == 405 { #expect(answer.header("Allow") == "GET, POST, HEAD, OPTIONS") }
        }
        await server.stop(drainingFor: .seconds(1))
    }

    @Test func `a change is made on the tag of a compressed answer`() async throws {
        let client = try await Integrator()
        // Long enough to be compressed.
        let code = try await client.workshop.code(
            reply: [.text(String(repeating: "你好", count: 200))])
        let server = Server(
            configuration: .init(.ip(host: "127.0.0.1", port: 0)), router: client.wharf.site.router)
        let port = try server.start().port
        let token = ("Authorization", "Bearer \(client.token)")
        let path = "/api/v1/qr-codes/\(code.id)"
        let read = try await PlainHTTP.send(
            "GET", port: port, path: path, headers: [token, ("Accept-Encoding", "gzip")])
        #expect(read.header("Content-Encoding") == "gzip")
        let tag = try #require(read.header("ETag"))
        func change(_ name: String) async throws -> Int {
            try await PlainHTTP.send(
                "PATCH", port: port, path: path,
                headers: [token, ("Content-Type", "application/json"), ("If-Match", tag)],
                body: Array(#"{"name":"\#(name)"}"#.utf8)
            ).status
        }
        #expect(try await change("a") == 200)
        #expect(try await change("b") == 412)
        await server.stop(drainingFor: .seconds(1))
    }

    @Test func `the type of every problem leads to its explanation`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let page = try await owner.get("/api/docs")
        #expect(page.contains(#"class="btn" href="/tokens""#))
        for name in Problem.General.allCases.map(\.rawValue) + ["invalid", "stale"] {
            #expect(page.contains("id=\"problem-\(name)\""), "\(name)")
        }
    }
}
