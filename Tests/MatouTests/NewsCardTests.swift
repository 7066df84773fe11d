import Matou
import TestWorld
import Testing

@Suite struct `A saved article` {
    private func picture(_ workshop: Workshop) async throws -> Material.ID {
        try await workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "封面", by: workshop.owner
        ).material.id
    }

    private func draft(_ title: String, _ picture: Material.ID) -> NewsCard.Draft {
        NewsCard.Draft(
            .init(
                title: title, description: "秋季上新", url: "https://example.com/a",
                picture: picture))
    }

    @Test func `is found by its title and sent as a copy, which a change leaves alone`()
        async throws
    {
        let workshop = try await Workshop()
        let cards = workshop.installation.newsCards
        let picture = try await picture(workshop)
        let card = try await cards.create(draft("Autumn 上新", picture), by: workshop.owner)
        _ = try await cards.create(draft("会员日", picture), by: workshop.owner)
        let found = try await cards.page(titled: "autumn", for: workshop.owner).elements
        #expect(found == [card])

        let code = try await workshop.code(reply: [.news(card.card)])
        let changed = try await cards.change(
            card.id, to: draft("冬季上新", picture), ifVersion: 1, by: workshop.owner)
        #expect(changed.version == 2 && changed.card.title == "冬季上新")
        let sent = try await workshop.installation.qrCodes.find(code.id, for: workshop.owner)
        #expect(sent.reply.items == [.news(card.card)])
        await #expect(throws: Refusal.stale(version: 2)) {
            try await cards.change(
                card.id, to: draft("x", picture), ifVersion: 1, by: workshop.owner)
        }
        try await cards.delete(card.id, by: workshop.owner)
        await #expect(throws: Refusal.missing) {
            try await cards.find(card.id, for: workshop.owner)
        }
    }

    @Test func `has every wrong field told at once, by the card's own names`() async throws {
        let workshop = try await Workshop()
        let wrong = NewsCard.Draft(
            .init(
                title: String(repeating: "长", count: 43), description: "", url: "javascript:x",
                picture: Material.ID("ma_none")))
        await #expect(
            throws: Refusal.invalid([
                FieldFault("title", .tooLong(limit: 128, unit: .bytes)),
                FieldFault("description", .required), FieldFault("url", .malformed),
                FieldFault("material_id", .unknown),
            ])
        ) {
            try await workshop.installation.newsCards.create(wrong, by: workshop.owner)
        }
    }

    @Test func `keeps its cover from being deleted`() async throws {
        let workshop = try await Workshop()
        let picture = try await picture(workshop)
        let cards = workshop.installation.newsCards
        let card = try await cards.create(draft("上新", picture), by: workshop.owner)
        await #expect(throws: Refusal.conflict(.materialInUse)) {
            try await workshop.installation.materials.delete(picture, by: workshop.owner)
        }
        try await cards.delete(card.id, by: workshop.owner)
        try await workshop.installation.materials.delete(picture, by: workshop.owner)
    }
}
