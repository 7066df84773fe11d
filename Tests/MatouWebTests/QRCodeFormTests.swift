import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct QRCodeFormTests {
    @Test func `what the form and what the rules find wrong is said at once`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        owner.language = "en"
        try await owner.get("/qr-codes/new")
        let account = wharf.workshop.account.id.text
        let answer = try await owner.post(
            "/qr-codes",
            [
                "account": account, "name": " ", "type": "temporary", "lifetime": "31",
                "starts_at": "tomorrow", "source": String(repeating: "s", count: 61),
            ])
        #expect(answer.status == 422)
        for words in [
            "Please fill this in.", "Give a number from 1 to 30.",
            "This is not in the right format.", "At most 60 characters.",
        ] { #expect(answer.contains(words), "\(words)") }
    }
}
