import Foundation
import HTTP
import Logging
import Matou
import TestWorld

@testable import MatouWeb

/// The pages over a workshop, without sockets.
struct Wharfside: Sendable {
    let workshop: Workshop
    let site: Site

    init(
        _ workshop: Workshop? = nil, publicURL: String = "http://127.0.0.1:8080",
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws {
        self.workshop = if let workshop { workshop } else { try await Workshop() }
        site = try Site(
            self.workshop.installation, settings: SiteSettings(publicURL: publicURL),
            resources: ProjectFolder.resources, logger: logger, metrics: { "" })
    }

    /// Somebody whose browser has no cookies yet.
    func stranger(from address: String = "203.0.113.9") -> Visitor {
        Visitor(site: site, address: address, of: workshop)
    }

    /// The owner, signed in.
    func owner() async throws -> Visitor { try await signedIn("lin@example.com") }

    /// A member of a lesser role, signed in.
    func member(_ role: Role) async throws -> Visitor {
        try await member(role, by: workshop.owner)
    }

    /// The owner of another workspace, signed in.
    func elsewhere() async throws -> Visitor {
        try await member(.owner, by: workshop.elsewhere())
    }

    private func member(_ role: Role, by giver: Principal) async throws -> Visitor {
        let email = "\(role.rawValue)@example.com"
        _ = try await workshop.installation.members.add(
            .init(name: "周岩", email: email, password: "harbour-2026"), role: role, by: giver)
        return try await signedIn(email)
    }

    private func signedIn(_ email: String) async throws -> Visitor {
        var visitor = stranger()
        try await visitor.get("/sign-in")
        try await visitor.post("/sign-in", ["email": email, "password": "harbour-2026"])
        return visitor
    }
}

/// A browser as far as the pages can tell: it keeps cookies, sends the token of the last form, and says
/// of each form which site it comes from, as the last page's policy lets it (Fetch, 3.1).
struct Visitor {
    let site: Site
    let address: String
    var host = "127.0.0.1:8080"
    var language: String?
    /// Sent with every request.
    var fields: [(String, String)] = []
    private(set) var cookies: [String: String] = [:]
    private(set) var token = ""
    private var isOriginHidden = false
    /// Its files are there for as long as anybody visits.
    private let workshop: Workshop?

    init(site: Site, address: String, of workshop: Workshop? = nil) {
        self.site = site
        self.address = address
        self.workshop = workshop
    }

    @discardableResult
    mutating func get(_ target: String) async throws -> Answer {
        try await send(.get, target, body: [])
    }

    /// - Parameter token: nil sends that of the last page.
    @discardableResult
    mutating func post(
        _ target: String, _ form: [String: String] = [:], token: String? = nil
    ) async throws -> Answer {
        var form = form
        form["csrf_token"] = token ?? self.token
        let body = form.map { name, value in
            "\(PercentCoding.encodeQueryComponent(name))=\(PercentCoding.encodeQueryComponent(value))"
        }.joined(separator: "&")
        return try await send(.post, target, body: Array(body.utf8))
    }

    /// What the browser sends.
    func request(_ method: HTTP.Method, _ target: String, body: [UInt8] = []) -> Request {
        var sent: Fields = ["Host": host, "User-Agent": "Visitor/1"]
        if method == .post {
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Origin"] = isOriginHidden ? "null" : "http://\(host)"
            sent["Sec-Fetch-Site"] = "same-origin"
        }
        if let language { sent["Accept-Language"] = language }
        for (name, value) in fields { sent[name] = value }
        if !cookies.isEmpty {
            sent["Cookie"] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        }
        return Request(method, target, fields: sent, body: body, clientAddress: address)
    }

    mutating func send(
        _ method: HTTP.Method, _ target: String, body: [UInt8]
    ) async throws -> Answer {
        let response = await site.router.respond(to: request(method, target, body: body))
        for line in response.fields.values("Set-Cookie") { keep(line) }
        if response.status.code / 100 != 3 {
            isOriginHidden = response.fields["Referrer-Policy"] == "no-referrer"
        }
        let answer = Answer(
            response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
        if let token = answer.value(after: #"name="csrf_token" value=""#) { self.token = token }
        return answer
    }

    private mutating func keep(_ line: String) {
        let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        guard let name = pair.first.map(String.init) else { return }
        if line.contains("Max-Age=0") {
            cookies[name] = nil
        } else {
            cookies[name] = pair.count > 1 ? String(pair[1]) : ""
        }
    }
}

struct Answer {
    let status: Int
    let fields: Fields
    let text: String

    init(_ response: Response, text: String) {
        status = response.status.code
        fields = response.fields
        self.text = text
    }

    var location: String? { fields["Location"] }

    func contains(_ words: String) -> Bool { text.contains(words) }

    /// The value of the input of that name.
    func input(_ name: String) -> String? {
        guard
            let tag = text.components(separatedBy: "<input").first(where: {
                $0.prefix { $0 != ">" }.contains("name=\"\(name)\"")
            })
        else { return nil }
        return value(after: "value=\"", in: String(tag.prefix { $0 != ">" }))
    }

    func value(after mark: String, in text: String? = nil) -> String? {
        let text = text ?? self.text
        guard let start = text.range(of: mark) else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }
}
