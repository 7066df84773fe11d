import SQL

/// An article of our own 图文, saved to begin replies with: whoever chooses it gets a copy, so what a
/// code sends changes with the code only.
package struct NewsCard: Sendable, Equatable, Identified, Versioned {
    package typealias ID = Identifier<NewsCard>
    package static let idPrefix = "nc"
    /// The order of every list of them, the latest first.
    package static let sort = "-created_at"

    package let id: ID
    package let card: ReplyItem.Card
    package let createdBy: String
    package let createdAt: Timestamp
    package let updatedBy: String
    package let updatedAt: Timestamp
    package let version: Int

    package struct Draft: Sendable, Equatable {
        package var card: ReplyItem.Card
        package var faults: [FieldFault]

        package init(
            _ card: ReplyItem.Card = .init(
                title: "", description: "", url: "", picture: Material.ID("")),
            faults: [FieldFault] = []
        ) {
            self.card = card
            self.faults = faults
        }
    }
}

extension NewsCard.Draft {
    /// The card as a reply would send it.
    ///
    /// - Throws: `Refusal.invalid` with all faults at once, under the names of the card's fields.
    func checked(_ references: ReplyReferences) throws(Refusal) -> ReplyItem.Card {
        var faults = FieldFaults(faults)
        let card = card.checked(references, &faults)
        try faults.check()
        return card
    }
}
