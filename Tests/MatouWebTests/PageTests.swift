import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// What holds for every page.
struct PageTests {
    /// What a member is given by an address that is no page: files, streams, parts of pages.
    private static let parts: Set = [
        "/exports/events", "/imports/events", "/imports/{id}/bad-lines", "/materials/picker",
        "/articles/picker", "/news-cards/picker", "/forms/picker", "/materials/{id}/file",
        "/articles/{id}/cover",
        "/logos/{id}/image", "/qr-codes/{id}/image",
    ]

    /// The addresses of all pages for members, of an installation that has one of everything.
    private func paths(of site: Site, _ things: Things) throws -> [String] {
        try site.pageRoutes.compactMap { route in
            guard case .member = route.handler, route.method == .get,
                !Self.parts.contains(route.path)
            else { return nil }
            return try things.filled(route.path)
                ?? route.path.replacing("{metric}", with: "scans")
        }
    }

    /// Each page of an installation in which something has happened, seen by its owner.
    private func pages(language: String) async throws -> [(path: String, answer: Answer)] {
        let client = try await Integrator(.owner)
        let things = try await Things(of: client)
        let code = try await client.workshop.code(reply: [.text("欢迎")])
        let form = try await client.workshop.form()
        var owner = try await client.wharf.owner()
        owner.language = language
        var stranger = client.wharf.stranger()
        stranger.language = language
        var pages: [(path: String, answer: Answer)] = []
        for path in ["/sign-in", "/c/\(code.slug)", "/f/\(form.slug)"] {
            pages.append((path, try await stranger.get(path)))
        }
        for path in try paths(of: client.wharf.site, things) + ["/api/docs"] {
            pages.append((path, try await owner.get(path)))
        }
        #expect(pages.count > 50)
        return pages
    }

    /// A key that has no text stands on the page itself.
    private func key() throws -> Regex<AnyRegexOutput> {
        let words = try FileManager.default.contentsOfDirectory(
            atPath: ProjectFolder.resources + "/locales/en"
        ).map { $0.replacing(".json", with: "") }
        return try Regex(#"[^\w\/.\-](\#(words.joined(separator: "|")))\.[a-z]"#)
    }

    @Test(arguments: ["zh-CN", "en"])
    func `every page is whole, in one language`(_ language: String) async throws {
        let key = try key()
        for (path, answer) in try await pages(language: language) {
            #expect(answer.status == 200, "\(path)")
            #expect(answer.contains("<html lang=\"\(language)\">"), "\(path)")
            for mark in ["[[", "{{", "Optional("] {
                #expect(!answer.contains(mark), "\(path) \(mark)")
            }
            #expect(!answer.text.contains(key), "\(path)")
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
