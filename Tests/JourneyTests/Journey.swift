import TestWorld
import Testing

/// A browser that is signed in to a program of its own, whose page stands in the issue when something
/// goes wrong.
func journey(_ body: (Browser, RunningMatou) async throws -> Void) async throws {
    let matou = try await RunningMatou()
    defer { matou.process.stop() }
    let browser = try await Browser()
    do {
        try await browser.signIn(to: matou)
        try await body(browser, matou)
    } catch {
        Issue.record("\(error); the page: \((try? await browser.text()) ?? "")")
    }
    await browser.close()
}
