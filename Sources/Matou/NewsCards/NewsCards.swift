import SQL

/// The saved cards of a workspace.
package struct NewsCards: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness

    /// - Parameter title: part of it, in any case.
    package func page(
        titled title: String = "", after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<NewsCard> {
        let rows = try await database.read {
            try $0.newsCards(
                titled: title, after: cursor, limit: limit + 1, in: principal.workspace)
        }
        return Page(rows, limit: limit) {
            Cursor(
                sort: NewsCard.sort, at: $0.createdAt, id: $0.id.text)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: NewsCard.ID, for principal: Principal) async throws -> NewsCard {
        guard let found = try await database.read({ try $0.newsCard(id, in: principal.workspace) })
        else { throw Refusal.missing }
        return found
    }

    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func create(
        _ draft: NewsCard.Draft, once: IdempotencyKey? = nil, by principal: Principal
    ) async throws -> NewsCard {
        try principal.require(.editor)
        if let first: NewsCard.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        let now = clock.now()
        let fresh = NewsCard.ID.make(at: now, from: randomness)
        let (id, _) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                let card = try draft.checked(connection.references(of: draft, for: principal))
                try connection.insert(fresh, card, by: principal, at: now)
                try connection.record(.created, of: fresh, to: card, by: principal, at: now)
                return fresh
            }
        }
        return try await find(id, for: principal)
    }

    /// - Parameter version: the version that the change was made on, nil for whichever is there.
    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden`.
    package func change(
        _ id: NewsCard.ID, to draft: NewsCard.Draft, ifVersion version: Int? = nil,
        by principal: Principal
    ) async throws -> NewsCard {
        try principal.require(.editor)
        let now = clock.now()
        return try await database.write { connection in
            let found = try connection.newsCard(id, in: principal.workspace).required(
                ifVersion: version)
            let card = try draft.checked(connection.references(of: draft, for: principal))
            if card == found.card { return found }
            try connection.update(id, card, by: principal, at: now)
            try connection.record(
                .changed, of: id, from: found, to: card, by: principal, at: now)
            return try connection.newsCard(id, in: principal.workspace) ?? found
        }
    }

    /// Takes a card away. What codes send was copied from it and stays.
    ///
    /// - Throws: `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(
        _ id: NewsCard.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.newsCard(id, in: principal.workspace).required(
                ifVersion: version)
            try connection.remove(id, in: principal.workspace)
            try connection.record(
                .deleted, of: id, from: found, to: nil, by: principal, at: now)
        }
    }

    /// The covers of cards.
    package func covers(
        of cards: [NewsCard], for principal: Principal
    ) async throws -> [Material.ID: Material] {
        let ids = Array(Set(cards.map(\.card.picture)))
        let found = try await database.read {
            try $0.materials(ids, withDeleted: true, in: principal.workspace)
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    }
}

extension Connection {
    fileprivate func record(
        _ action: Revision.Action, of id: NewsCard.ID, from found: NewsCard? = nil,
        to card: ReplyItem.Card?, by principal: Principal, at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: .newsCard, objectID: id.text,
                objectName: card?.title ?? found?.card.title ?? "",
                version: found.map { $0.version + 1 } ?? 1,
                before: found.map { NewsCardSnapshot($0.card) },
                after: card.map(NewsCardSnapshot.init)), by: principal, at: time)
    }
}

private struct NewsCardSnapshot: Encodable {
    let title: String
    let description: String
    let url: String
    let picture: Material.ID

    init(_ card: ReplyItem.Card) {
        title = card.title
        description = card.description
        url = card.url
        picture = card.picture
    }
}
