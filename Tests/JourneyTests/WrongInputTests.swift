import TestSupport
import TestWorld
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A refused form in a browser` {
    @Test func `opens at the first field that is wrong, and leads from its notice to each`()
        async throws
    {
        try await journey { browser, matou in
            try await browser.open(matou.url + "/qr-codes/new")
            // A lifetime of no days, and no name.
            try await browser.type("0", into: "#lifetime")
            try await browser.click(".form-foot button")
            #expect(await browser.has(".notice-bad .link:nth-of-type(2)"))
            #expect(try await focus(browser) == "name")
            try await browser.click(".notice-bad .link:nth-of-type(2)")
            #expect(try await focus(browser) == "lifetime")
            try await browser.click(".notice-bad .link:nth-of-type(1)")
            #expect(try await focus(browser) == "name")
        }
    }

    private func focus(_ browser: Browser) async throws -> String? {
        try await browser.run("return document.activeElement.id") as? String
    }
}
