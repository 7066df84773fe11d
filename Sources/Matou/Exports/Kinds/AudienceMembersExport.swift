package import SQL
package import Sheets

/// The contacts of a frozen audience, with what is known of each now.
package struct AudienceMembersExport: ExportKind {
    package static let name = "audience_members"

    let audience: Audience.ID

    package init(of audience: Audience.ID) { self.audience = audience }

    package func heads(in context: ExportContext) -> [String] {
        context.heads([
            "contact-id", "name", "account", "openid", "following", "mobile", "email",
            "contact-tags", "first-code", "source", "first-seen",
        ])
    }

    package func fileName(
        on connection: any Connection, for principal: Principal, title: String
    ) throws -> String {
        guard let found = try connection.audience(audience, in: principal.workspace) else {
            throw Refusal.missing
        }
        guard found.state == .ready else { throw Refusal.conflict(.audienceNotReady) }
        return "\(found.name) \(title)"
    }

    package func eachKey(
        on connection: any Connection, in context: ExportContext,
        _ body: (String) throws -> Bool
    ) throws {
        try connection.eachKey(
            """
            \(fragment: connection.people(of: audience, in: context.workspace.id))
            ORDER BY m.contact_id
            """, body)
    }

    package func rows(
        of keys: [String], on connection: any Connection, in context: ExportContext
    ) throws -> [[Cell]] {
        let workspace = context.workspace.id
        let accounts = try connection.accountNames(in: workspace)
        let people = try connection.contacts(named: keys.map(Contact.ID.init), in: workspace)
        return keys.compactMap { key in
            guard let contact = people[Contact.ID(key)] else { return nil }
            func lines(_ texts: [String]) -> Cell { Cell(texts.joined(separator: ", ")) }
            func keys(_ kind: ContactKey.Kind) -> Cell {
                lines(contact.keys.filter { $0.kind == kind }.map(\.value))
            }
            let followers = contact.followers
            let isFollowing = contact.identities.contains { $0.isFollowing == true }
            return [
                .text(contact.id.text), Cell(contact.name),
                lines(followers.map { accounts[$0.account] ?? $0.account.text }),
                lines(followers.map(\.openid)),
                context.answer(isFollowing),
                keys(.mobile), keys(.email), lines(contact.tags.map(\.tag.name)),
                Cell(contact.source?.name), Cell(contact.source?.source),
                context.time(contact.seenAt),
            ]
        }
    }
}
