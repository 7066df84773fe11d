import SQL

extension Account {
    /// What a change of an account is remembered by: never a secret, only which ones were replaced.
    struct Snapshot: Encodable, Sendable {
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
