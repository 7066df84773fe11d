import SQL

/// One change 修改记录: who did what to which object, when, and what it was before and after.
package struct Revision: Sendable, Equatable {
    /// From 1 in each workspace, in the order of the changes.
    package let seq: Int64
    package let kind: Kind
    package let objectID: String
    /// As the object was called then.
    package let objectName: String
    /// The object's version after the change; nil for those that have none.
    package let version: Int?
    package let action: Action
    /// What may be changed of the object as JSON; nil when it was made by this change.
    package let before: String?
    /// Nil when this change deleted it.
    package let after: String?
    package let actor: String
    package let at: Timestamp

    /// Of what.
    package enum Kind: String, Sendable, CaseIterable, ValueConvertible {
        case qrCode = "qr_code"
        case group, form, material, audience, export
        case contactTag = "contact_tag"
        case followerTag = "follower_tag"
        case newsCard = "news_card"
        case logo
        case contact
        case contactMerge = "contact_merge"
        case account, member, invitation, token, workspace
    }

    package enum Action: String, Sendable, CaseIterable, ValueConvertible {
        case created, changed
        /// Changed back to an earlier version.
        case undone
        case deleted
        /// Brought back after a deletion.
        case restored
    }

    /// The order of every list of them: the latest first.
    package static let sort = "-seq"
}

/// Which changes a list shows.
package struct RevisionFilter: Sendable, Equatable {
    package var kind: Revision.Kind?
    package var objectID: String?
    /// A user, a token, or `operator`.
    package var actor: String?
    package var from: Timestamp?
    package var before: Timestamp?

    package init(kind: Revision.Kind? = nil, objectID: String? = nil) {
        self.kind = kind
        self.objectID = objectID
    }
}

/// The changes that were made in a workspace.
package struct Revisions: Sendable {
    let database: any Database

    /// Who did what in the whole workspace, the latest first.
    ///
    /// - Throws: `Refusal.forbidden` below admin.
    package func page(
        _ filter: RevisionFilter = RevisionFilter(), after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Revision> {
        try principal.require(.admin)
        return try await read(filter, after: cursor, limit: limit, for: principal)
    }

    /// The versions of one thing, a deleted one too, the latest first: for everyone who may see the
    /// thing.
    ///
    /// - Throws: `Refusal.missing`.
    package func page<Object: Revised>(
        of id: Identifier<Object>, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Revision> {
        let isKnown = try await database.read {
            try Object.isKnown(id, on: $0, in: principal.workspace)
        }
        guard isKnown else { throw Refusal.missing }
        return try await read(
            RevisionFilter(kind: Object.revisionKind, objectID: id.text), after: cursor,
            limit: limit, for: principal)
    }

    private func read(
        _ filter: RevisionFilter, after cursor: Cursor?, limit: Int, for principal: Principal
    ) async throws -> Page<Revision> {
        let revisions = try await database.read {
            try $0.revisions(filter, after: cursor, limit: limit + 1, in: principal.workspace)
        }
        return Page(revisions, limit: limit) {
            Cursor(sort: Revision.sort, key: String($0.seq), id: "")
        }
    }
}
