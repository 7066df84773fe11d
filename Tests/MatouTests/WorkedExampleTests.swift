import Foundation
import Matou
import TestWorld
import Testing

/// The example that the manual ends with: a code for each account manager, a promotion tag, and a form
/// to sign up for a live event.
@Suite struct `A code for each account manager` {
    @Test func `gains the follower, tells whose they are, and brings them the form`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let (wang, li) = (
            try await code(of: "王经理", sending: form, workshop),
            try await code(of: "李经理", sending: form, workshop)
        )
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: wang.scene), by: "oMing", at: now))
        try await workshop.doJobs()

        // The follower is gained, by this manager alone.
        #expect(try await workshop.counts(of: wang).newFollowers == 1)
        #expect(try await workshop.counts(of: li) == CodeCounts())

        // Whose customer they are stands on their page.
        let contact = try await workshop.contact("oMing")
        #expect(contact.tags.map(\.tag.name) == ["王经理推广"])
        #expect(contact.source?.id == wang.id)

        // The form reaches them, and what they fill in is theirs.
        let url = try sentURL(workshop)
        let token = try #require(url.components(separatedBy: "?t=").last)
        let stamp = try workshop.installation.forms.stamp(for: form)
        workshop.clock.advance(by: .seconds(3))
        try await workshop.installation.forms.submit(
            FormSheet(
                answers: ["mobile": ["13812345678"], "name": ["小明"]], token: token, stamp: stamp,
                trap: "", address: "203.0.113.7"), to: form.slug)
        let known = try await workshop.contact("oMing")
        #expect(known.keys == [ContactKey.mobile("13812345678")] && known.name == "小明")
        #expect(known.source?.id == wang.id)
    }

    private func code(
        of manager: String, sending form: Form, _ workshop: Workshop
    ) async throws -> QRCode {
        var draft = QRCode.Draft()
        draft.name = "直播报名_\(manager)"
        draft.kind = .permanent
        draft.contactTags = ["\(manager)推广"]
        draft.reply = [.form(form.id)]
        return try await workshop.make(draft)
    }

    /// The link of the card that WeChat was last asked to send.
    private func sentURL(_ workshop: Workshop) throws -> String {
        let body = try #require(
            workshop.wechat.bodies(of: "/cgi-bin/message/custom/send").last)
        let json = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        let news = try #require(json?["news"] as? [String: Any])
        let articles = try #require(news["articles"] as? [[String: String]])
        return try #require(articles.first?["url"])
    }
}
