import Jobs
import SQL

/// Frozen sets of contacts.
package struct Audiences: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let jobs: JobQueue

    package func page(
        after cursor: Cursor? = nil, limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Audience> {
        try await database.read {
            try $0.audiences(after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Audience.ID, for principal: Principal) async throws -> Audience {
        let found = try await database.read { try $0.audience(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// The audiences that a contact is in.
    package func list(
        with contact: Contact, for principal: Principal
    ) async throws -> [Audience] {
        try await database.read {
            try $0.audiences(
                with: contact.identities.map(\.id), in: principal.workspace)
        }
    }

    /// Makes an audience of those who meet the condition now. Who they are is found by a job.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func create(
        named name: String, _ condition: AudienceCondition, once: IdempotencyKey? = nil,
        by principal: Principal
    ) async throws -> Audience {
        guard principal.role >= .editor else { throw Refusal.forbidden(needs: .editor) }
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: Audience.nameLimit)
        try faults.check()
        try condition.check()
        let now = clock.now()
        let fresh = Audience.ID.make(at: now, from: randomness)
        let id = try await database.write { connection in
            if let once, let first = try connection.objectID(of: once, for: principal) {
                return Audience.ID(first)
            }
            try connection.insert(fresh, named: name, condition, by: principal, at: now)
            try connection.enqueue(
                Job(
                    id: "build-\(fresh)", workspace: principal.workspace.text,
                    AudienceBuilding.Building(audience: fresh.text), runAt: now.milliseconds))
            if let once { try connection.keep(once, for: fresh.text, principal, at: now) }
            return fresh
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(_ id: Audience.ID, by principal: Principal) async throws {
        guard principal.role >= .editor else { throw Refusal.forbidden(needs: .editor) }
        let now = clock.now()
        try await database.write { connection in
            guard try connection.deleteAudience(id, at: now, in: principal.workspace) else {
                throw Refusal.missing
            }
        }
    }

    /// The contacts of an audience, by id.
    ///
    /// - Throws: `Refusal.missing`.
    package func members(
        of id: Audience.ID, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Contact> {
        try await database.read { connection in
            guard try connection.audience(id, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            let ids = try connection.audienceMembers(
                of: id, after: cursor, limit: limit, in: principal.workspace)
            let heads = try ids.elements.map {
                try connection.head(of: $0, in: principal.workspace)
            }
            return Page(
                elements: try connection.contacts(heads, in: principal.workspace), next: ids.next)
        }
    }
}
