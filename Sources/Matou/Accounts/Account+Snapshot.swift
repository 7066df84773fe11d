import Foundation
import SQL

extension Account {
    /// What a change of an account is remembered by: never a secret, only which ones were replaced.
    struct Snapshot: Codable, Sendable {
        let name: String
        let appID: String
        let originalID: String
        let messageMode: String
        let verified: Bool
        let secrets: [String]?

        enum CodingKeys: String, CodingKey {
            case name, verified, secrets
            case appID = "app_id"
            case originalID = "original_id"
            case messageMode = "message_mode"
        }

        init(_ draft: Draft, newSecrets: SealedSecrets = .none) {
            name = draft.name
            appID = draft.appID
            originalID = draft.originalID
            messageMode = draft.messageMode
            verified = draft.isVerified
            let replaced = [
                newSecrets.secret.map { _ in "AppSecret" }, newSecrets.token.map { _ in "Token" },
                newSecrets.aesKey.map { _ in "EncodingAESKey" },
            ].compactMap(\.self)
            secrets = replaced.isEmpty ? nil : replaced
        }
    }
}

extension Accounts {
    /// Makes an account as it was at an earlier version, as far as it is no secret: those stay as they
    /// are now. Nothing is lost by it: the versions between stay in the list.
    ///
    /// - Throws: `Refusal.missing` when the version is not known; `Refusal.conflict(.versionIsPresent)`
    ///   when it differs in secrets only, or not at all; else as `change`.
    package func goBack(
        _ id: Account.ID, to version: Int, ifVersion present: Int? = nil, by principal: Principal
    ) async throws -> Account {
        let found = try await find(id, for: principal)
        let json = try await database.read {
            try $0.snapshot(of: id.text, .account, version: version, in: principal.workspace)
        }
        guard let json else { throw Refusal.missing }
        let snapshot = try StoredJSON.value(Account.Snapshot.self, of: json)
        let draft = Account.Draft(
            name: snapshot.name, appID: found.appID, originalID: snapshot.originalID,
            messageMode: snapshot.messageMode, isVerified: snapshot.verified)
        try found.check(version: present)
        if draft.isEqual(to: found) { throw Refusal.conflict(.versionIsPresent) }
        return try await change(id, to: draft, ifVersion: present, as: .undone, by: principal)
    }
}

extension Connection {
    func record(
        _ action: Revision.Action, _ id: Account.ID, named name: String, version: Int,
        from before: Account.Snapshot?, to after: Account.Snapshot?, by principal: Principal,
        at time: Timestamp
    ) throws {
        try record(
            FreshRevision(
                action: action, kind: .account, objectID: id.text, objectName: name,
                version: version, before: before, after: after), by: principal, at: time)
    }
}
