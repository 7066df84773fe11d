import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// What holds for every page.
struct PageTests {
    private static let paths = [
        "/", "/qr-codes", "/qr-codes/new", "/qr-codes/deleted", "/groups", "/imports",
        "/imports/new", "/exports", "/materials", "/tags", "/contacts", "/forms", "/forms/new",
        "/audiences", "/audiences/new", "/accounts", "/accounts/new", "/members", "/tokens",
        "/audit", "/logos", "/settings", "/api/docs",
    ]

    /// Each page of an installation in which something has happened, seen by its owner.
    private func pages(language: String) async throws -> [(path: String, answer: Answer)] {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let code = try await workshop.code(reply: [.text("欢迎")])
        try await workshop.deliver(
            CallbackEvent(
                .subscribe(scene: code.scene), by: "oMing", at: workshop.clock.now.seconds))
        let account = workshop.account.path
        let material = try await workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.gif(pictures: 2)), named: "海报", by: workshop.owner
        ).material.path
        let ofObjects = [
            code.path, code.path + "/edit", code.path + "/delete", "/c/\(code.slug)", account,
            account + "/edit", account + "/delete", material,
        ]
        var owner = try await wharf.owner()
        owner.language = language
        var stranger = wharf.stranger()
        stranger.language = language
        var pages = [("/sign-in", try await stranger.get("/sign-in"))]
        for path in Self.paths + ofObjects { pages.append((path, try await owner.get(path))) }
        return pages
    }

    @Test(arguments: ["zh-CN", "en"])
    func `every page is whole, in one language`(_ language: String) async throws {
        // A key that has no text stands on the page itself.
        let key =
            /[^\w\/.\-](common|accounts|overview|errors|sign-in|settings|metric|public|fault|refusal|conflict|qr-codes|materials|replies|exports|imports|groups|tags|contacts|forms|audiences|revisions|members)\.[a-z]/
        for (path, answer) in try await pages(language: language) {
            #expect(answer.status == 200, "\(path)")
            #expect(answer.contains("<html lang=\"\(language)\">"), "\(path)")
            for mark in ["[[", "{{", "Optional("] {
                #expect(!answer.contains(mark), "\(path) \(mark)")
            }
            #expect(answer.text.firstMatch(of: key)?.0 == nil, "\(path)")
            // The reference has a section for each route of the API.
            #expect(
                answer.text.utf8.count < (path == "/api/docs" ? 250_000 : 100_000), "\(path)")
        }
    }

    @Test func `every page forbids what it does not need`() async throws {
        let foreign = /(src|href)="https?:\/\/(?!127\.0\.0\.1)/
        for (path, answer) in try await pages(language: "en") {
            let policy = try #require(answer.fields["Content-Security-Policy"], "\(path)")
            #expect(policy.contains("default-src 'self'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(answer.fields["X-Content-Type-Options"] == "nosniff", "\(path)")
            #expect(answer.fields["Cache-Control"] == "no-store", "\(path)")
            // What the policy would block must not be there.
            #expect(!answer.contains(" style=\""), "\(path)")
            #expect(!answer.contains(" onclick="), "\(path)")
            #expect(answer.text.firstMatch(of: foreign) == nil, "\(path)")
        }
    }

    @Test func `every page of members asks for signing in`() async throws {
        let wharf = try await Wharfside()
        for path in Self.paths where path != "/api/docs" {
            var stranger = wharf.stranger()
            let answer = try await stranger.get(path)
            #expect(answer.status == 303, "\(path)")
            #expect(answer.location?.hasPrefix("/sign-in") == true, "\(path)")
        }
    }

    @Test func `what people typed is text on a page, whatever marks it carries`() async throws {
        let wharf = try await Wharfside()
        // The second quote has a combining mark on it, which some escaping does not see.
        let name = "\"><script>x</script>\"\u{301} autofocus onfocus=\"x"
        let code = try await wharf.workshop.code(named: name)
        var owner = try await wharf.owner()
        for path in ["/", "/qr-codes", code.path, code.path + "/edit", "/c/\(code.slug)"] {
            let answer = try await owner.get(path)
            #expect(answer.contains("&quot;&gt;&lt;script&gt;"), "\(path)")
            for raw in ["<script>x", "\"\u{301}"] {
                #expect(!answer.text.utf8.elementsContain(raw), "\(path)")
            }
        }
    }

    @Test func `the menu says where we are and how many there are`() async throws {
        let wharf = try await Wharfside()
        _ = try await wharf.workshop.code()
        var owner = try await wharf.owner()
        let page = try await owner.get("/qr-codes/new")
        #expect(page.contains(#"<a href="/qr-codes" aria-current="page">"#))
        #expect(page.contains(#"<a href="/">"#))
        #expect(page.contains(#"<span class="count">1</span>"#))
    }
}

extension String.UTF8View {
    fileprivate func elementsContain(_ text: String) -> Bool {
        Data(self).range(of: Data(text.utf8)) != nil
    }
}
