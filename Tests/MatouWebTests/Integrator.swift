import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// A program that calls the API, and holds every answer against the published document.
struct Integrator: Sendable {
    let wharf: Wharfside
    let document: APIDocument
    var token: String

    var workshop: Workshop { wharf.workshop }

    /// - Parameter role: what its token may do.
    init(_ role: Role = .admin, at wharf: Wharfside? = nil) async throws {
        self.wharf = if let wharf { wharf } else { try await Wharfside() }
        let answer = await self.wharf.site.router.respond(to: Request(.get, "/api/openapi.json"))
        document = APIDocument(
            json: try JSONDecoder().decode(JSON.self, from: Data(try await answer.bodyBytes())))
        let owner = self.wharf.workshop.owner
        token = try await Self.token(role, of: owner, self.wharf)
    }

    private static func token(
        _ role: Role, of owner: Principal, _ wharf: Wharfside
    ) async throws -> String {
        try await wharf.workshop.installation.tokens.make(name: "CI", role: role, by: owner)
            .secret.text
    }

    /// The same program with a token of the role.
    func with(_ role: Role) async throws -> Integrator {
        var other = self
        other.token = try await Self.token(role, of: workshop.owner, wharf)
        return other
    }

    /// The same program with an owner's token of another workspace.
    func elsewhere() async throws -> Integrator {
        var other = self
        other.token = try await Self.token(.owner, of: workshop.elsewhere(), wharf)
        return other
    }

    /// - Parameters:
    ///   - path: below `/api/v1`.
    ///   - fields: sent as well, or instead of those that are always sent.
    @discardableResult
    func call(
        _ method: HTTP.Method, _ path: String, _ body: String? = nil,
        _ fields: [String: String] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let target = APIRoute.prefix + path
        var sent: Fields = ["Host": "127.0.0.1:8080", "Authorization": "Bearer \(token)"]
        if body != nil { sent["Content-Type"] = "application/json" }
        for (name, value) in fields { sent[name] = value.isEmpty ? nil : value }
        return try await send(
            Request(method, target, fields: sent, body: Array((body ?? "").utf8)),
            location: location)
    }

    /// Sends a file as the body.
    func send(
        _ file: [UInt8], type: String, to path: String, location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let fields: Fields = [
            "Host": "127.0.0.1:8080", "Authorization": "Bearer \(token)", "Content-Type": type,
        ]
        return try await send(
            Request(.post, APIRoute.prefix + path, fields: fields, body: file), location: location)
    }

    private func send(_ request: Request, location: SourceLocation) async throws -> Answer {
        let response = await wharf.site.router.respond(to: request)
        let answer = Answer(
            response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
        let faults = try document.faults(of: answer, to: request.method, request.target)
        #expect(
            faults == [], "\(request.method.name) \(request.target)", sourceLocation: location)
        return answer
    }

    /// An official account's code, made over the API.
    @discardableResult
    func code(named name: String = "静安门店") async throws -> JSON {
        let account = workshop.account.id
        let answer = try await call(
            .post, "/qr-codes",
            #"{"account_id":"\#(account)","name":"\#(name)","type":"permanent"}"#)
        try #require(answer.status == 201)
        return try answer.json()
    }
}

extension Answer {
    func json() throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    /// `field code` of each fault.
    func faults() throws -> Set<String> {
        Set(
            try json()["errors"].elements.map {
                "\($0["field"].text ?? "?") \($0["code"].text ?? "?")"
            })
    }
}
