import SQL

/// The people behind followers and form submissions.
package struct Contacts: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness

    package func page(
        _ filter: ContactFilter, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Contact> {
        try await database.read { connection in
            let heads = try connection.contactHeads(
                filter, after: cursor, limit: limit, in: principal.workspace)
            return Page(
                elements: try connection.contacts(heads.elements, in: principal.workspace),
                next: heads.next)
        }
    }

    /// The contact that `id` belongs to, whichever of those it consists of is named.
    ///
    /// - Throws: `Refusal.missing`.
    package func find(_ id: Contact.ID, for principal: Principal) async throws -> Contact {
        let found = try await database.read { try $0.contact(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// What happened to a contact, the latest first.
    ///
    /// - Throws: `Refusal.missing`.
    package func timeline(
        of id: Contact.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<TimelineEntry> {
        try await database.read { connection in
            guard let contact = try connection.contact(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            return try connection.timeline(
                of: contact.id, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// The follower tags of a contact that codes of ours have asked for.
    package func followerTags(
        of contact: Contact, for principal: Principal
    ) async throws -> [FollowerTagging.Entry] {
        try await database.read { connection in
            try contact.followers.flatMap { follower in
                try connection.followerTaggings(
                    of: [follower.openid], follower.account, in: principal.workspace
                ).values.flatMap(\.self)
            }
        }
    }

    /// The latest merges of what a contact consists of, undone ones too.
    package func merges(
        of contact: Contact, for principal: Principal
    ) async throws -> [ContactMerge] {
        try await mergePage(
            of: contact, limit: PageLimit.range.upperBound, for: principal
        ).elements
    }

    /// The merges of what a contact consists of, undone ones too, the latest first.
    package func mergePage(
        of contact: Contact, after cursor: Cursor? = nil, limit: Int, for principal: Principal
    ) async throws -> Page<ContactMerge> {
        let merges = try await database.read {
            try $0.merges(
                of: contact.identities.map(\.id), after: cursor, limit: limit + 1,
                in: principal.workspace)
        }
        return Page(merges, limit: limit) {
            Cursor(
                sort: ContactMerge.sort, at: $0.mergedAt, id: $0.id.text)
        }
    }

    /// What some identities are called, each by itself, before and after any merge; those without a
    /// name are left out.
    package func names(
        of identities: [Contact.ID], for principal: Principal
    ) async throws -> [Contact.ID: String] {
        try await database.read { try $0.identityNames(identities, in: principal.workspace) }
    }

    /// Puts the contact tag of this name on a contact; makes the tag if there is none.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.missing`; `Refusal.forbidden` below editor.
    package func tag(
        _ id: Contact.ID, with name: String, by principal: Principal
    ) async throws -> Contact {
        try principal.require(.editor)
        let contact = try await find(id, for: principal)
        let name = name.utf8.count <= 1024 ? name.trimmingWhitespace() : name
        if let fault = ContactTag.fault(of: name) { throw Refusal.invalid("name", fault) }
        let now = clock.now()
        let fresh = ContactTag.ID.make(at: now, from: randomness)
        try await database.write { connection in
            let tag = try connection.contactTag(
                named: name, orMakeAs: fresh, by: principal, at: now)
            try connection.put(
                tag.id, on: contact.id, code: nil, by: principal.actor, at: now,
                in: principal.workspace)
        }
        return try await find(id, for: principal)
    }

    /// Takes a contact tag off all that a contact consists of. A later scan may put it on again.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below editor.
    package func untag(
        _ id: Contact.ID, from tag: ContactTag.ID, by principal: Principal
    ) async throws -> Contact {
        try principal.require(.editor)
        let contact = try await find(id, for: principal)
        guard contact.tags.contains(where: { $0.tag.id == tag }) else { throw Refusal.missing }
        try await database.write {
            try $0.take(tag, off: contact.identities.map(\.id), in: principal.workspace)
        }
        return try await find(id, for: principal)
    }

    /// Parts two contacts that a merge has joined.
    ///
    /// - Throws: `Refusal.missing` for an unknown merge, or one that is undone; `Refusal.forbidden`
    ///   below editor.
    package func undo(_ merge: ContactMerge.ID, by principal: Principal) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.merge(merge, in: principal.workspace),
                try connection.undo(merge, by: principal, at: now)
            else { throw Refusal.missing }
            // Not the key itself: what is personal is erased with the contact.
            try connection.record(
                FreshRevision(
                    action: .undone, kind: .contactMerge, objectID: merge.text,
                    objectName: found.one.text,
                    before: MergeSnapshot(key: found.key.kind, merged: [found.one, found.other]),
                    after: MergeSnapshot(key: found.key.kind, merged: [])),
                by: principal, at: now)
        }
    }
}

/// Two who were one by a key of this kind, and nobody afterwards.
private struct MergeSnapshot: Encodable {
    let key: String
    let merged: [Contact.ID]

    init(key: ContactKey.Kind, merged: [Contact.ID]) {
        self.key = key.rawValue
        self.merged = merged
    }
}
