import Jobs
import SQL

/// Frozen sets of contacts.
package struct Audiences: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let jobs: JobQueue

    /// - Parameter name: part of the name, in any case.
    package func page(
        named name: String = "", after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Audience> {
        try await database.read {
            try $0.audiences(
                named: name, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: Audience.ID, for principal: Principal) async throws -> Audience {
        let found = try await database.read { try $0.audience(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// The audiences that a contact is in, by any of what it consists of.
    package func page(
        with contact: Contact, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Audience> {
        try await database.read {
            try $0.audiences(
                with: contact.identities.map(\.id), after: cursor, limit: limit,
                in: principal.workspace)
        }
    }

    /// Makes an audience of those who meet the condition now. Who they are is found by a job.
    ///
    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func create(
        named name: String, _ condition: AudienceCondition, once: IdempotencyKey? = nil,
        by principal: Principal
    ) async throws -> Audience {
        try principal.require(.editor)
        if let first: Audience.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: Audience.nameLimit)
        try faults.check()
        try condition.check()
        try await checkNames(in: condition, for: principal)
        let now = clock.now()
        let fresh = Audience.ID.make(at: now, from: randomness)
        let (id, _) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                try connection.insert(fresh, named: name, condition, by: principal, at: now)
                try connection.record(
                    .created, fresh, version: 1, from: nil,
                    to: AudienceSnapshot(name: name, condition: condition), by: principal, at: now)
                try connection.enqueueBuilding(of: fresh, in: principal.workspace, at: now)
                return fresh
            }
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// Gives an audience another name; who is in it stays.
    ///
    /// - Parameter version: the version that was meant, nil for whichever is there.
    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below
    ///   editor.
    package func rename(
        _ id: Audience.ID, to name: String, ifVersion version: Int? = nil,
        by principal: Principal
    ) async throws -> Audience {
        try principal.require(.editor)
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: Audience.nameLimit)
        try faults.check()
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.audience(id, in: principal.workspace).required(
                ifVersion: version)
            if name == found.name { return }
            try connection.renameAudience(id, to: name, in: principal.workspace)
            try connection.record(
                .changed, of: found, from: AudienceSnapshot(found),
                to: AudienceSnapshot(name: name, condition: found.condition), by: principal,
                at: now)
        }
        return try await find(id, for: principal)
    }

    /// Takes an audience out of the list. Who is in it is kept, so that `restore` brings it back.
    ///
    /// - Parameter version: the version that was meant, nil for whichever is there.
    /// - Throws: `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden` below editor.
    package func delete(
        _ id: Audience.ID, ifVersion version: Int? = nil, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.audience(id, in: principal.workspace).required(
                ifVersion: version)
            try connection.deleteAudience(id, at: now, in: principal.workspace)
            try connection.record(
                .deleted, of: found, from: AudienceSnapshot(found), to: nil, by: principal, at: now)
        }
    }

    /// What a deleted audience was called; nil when none of that id was deleted.
    package func nameOfDeleted(
        _ id: Audience.ID, for principal: Principal
    ) async throws -> String? {
        try await database.read { try $0.deletedAudience(id, in: principal.workspace)?.name }
    }

    /// Brings a deleted audience back; one that was not whole yet goes on.
    ///
    /// - Throws: `Refusal.missing` when none of that id was deleted; `Refusal.forbidden` below editor.
    package func restore(_ id: Audience.ID, by principal: Principal) async throws -> Audience {
        try principal.require(.editor)
        let now = clock.now()
        let attempt = randomness.alphanumeric(10)
        try await database.write { connection in
            guard let found = try connection.deletedAudience(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            try connection.restoreAudience(id, in: principal.workspace)
            try connection.record(
                .restored, of: found, from: nil, to: AudienceSnapshot(found), by: principal,
                at: now)
            if found.state == .building {
                try connection.enqueueBuilding(of: id, attempt, in: principal.workspace, at: now)
            }
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// Begins an audience anew that could not be made: it goes on where it ended.
    ///
    /// - Throws: `Refusal.conflict(.audienceNotFailed)`; `Refusal.missing`; `Refusal.forbidden` below
    ///   editor.
    package func retry(_ id: Audience.ID, by principal: Principal) async throws -> Audience {
        try principal.require(.editor)
        let now = clock.now()
        let attempt = randomness.alphanumeric(10)
        try await database.write { connection in
            guard let found = try connection.audience(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            guard found.state == .failed else { throw Refusal.conflict(.audienceNotFailed) }
            try connection.setState(.building, of: id, in: principal.workspace)
            try connection.enqueueBuilding(of: id, attempt, in: principal.workspace, at: now)
        }
        jobs.wake()
        return try await find(id, for: principal)
    }

    /// The contacts that an audience is now, by the least id that is kept of each.
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
            let found = try connection.contacts(named: ids.elements, in: principal.workspace)
            return Page(elements: ids.elements.compactMap { found[$0] }, next: ids.next)
        }
    }
}

private struct AudienceSnapshot: Encodable {
    let name: String
    let condition: AudienceCondition

    init(name: String, condition: AudienceCondition) {
        self.name = name
        self.condition = condition
    }

    init(_ audience: Audience) { self.init(name: audience.name, condition: audience.condition) }
}

extension Connection {
    /// - Parameter attempt: tells a further one from the first.
    fileprivate func enqueueBuilding(
        of id: Audience.ID, _ attempt: String? = nil, in workspace: Workspace.ID,
        at time: Timestamp
    ) throws {
        try enqueue(
            Job(
                id: (["build", id.text] + [attempt].compactMap(\.self)).joined(separator: "-"),
                workspace: workspace.text, AudienceBuilding.Building(audience: id.text),
                runAt: time.milliseconds))
    }

    /// Notes the next version of an audience that is there.
    fileprivate func record(
        _ action: Revision.Action, of found: Audience, from before: AudienceSnapshot?,
        to after: AudienceSnapshot?, by principal: Principal, at time: Timestamp
    ) throws {
        try record(
            action, found.id, version: found.version + 1, from: before, to: after, by: principal,
            at: time)
    }

    fileprivate func record(
        _ action: Revision.Action, _ id: Audience.ID, version: Int,
        from before: AudienceSnapshot?, to after: AudienceSnapshot?, by principal: Principal,
        at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: .audience, objectID: id.text,
                objectName: after?.name ?? before?.name ?? "", version: version, before: before,
                after: after),
            by: principal, at: time)
    }
}
