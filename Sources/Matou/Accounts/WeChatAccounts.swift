import Foundation
import HTTPClient
import SQL
import Synchronization
import WeChat

/// The clients that speak to WeChat for each account: one, with one token keeper, for each.
package final class WeChatAccounts: Sendable {
    private let database: any Database
    private let clock: WallClock
    private let sealer: Sealer
    private let gateway: Gateway
    private let process: String
    private let kept = Mutex<[Account.ID: Kept]>([:])

    /// What is kept in memory of an account. Its workspace is compared with the caller's.
    private struct Kept {
        /// Grows when the account changes: a client made from what was read before is not kept.
        var generation = 0
        var client: (workspace: Workspace.ID, client: OfficialAccountClient)?
        /// What the latest call showed and the row says, so that only a change is written.
        var standing: Standing?
    }

    /// - Parameter process: names this process among those that share the database.
    init(
        database: any Database, clock: WallClock, sealer: Sealer, gateway: Gateway, process: String
    ) {
        self.database = database
        self.clock = clock
        self.sealer = sealer
        self.gateway = gateway
        self.process = process
    }

    /// - Throws: `Refusal.missing`; `SealingError`.
    private func client(
        _ id: Account.ID, in workspace: Workspace.ID
    ) async throws -> OfficialAccountClient {
        let (known, generation) = kept.withLock { kept in
            (kept[id]?.client, kept[id]?.generation ?? 0)
        }
        if let known, known.workspace == workspace { return known.client }
        guard
            let credential = try await database.read({
                try $0.credential(of: id, in: workspace)
            })
        else { throw Refusal.missing }
        let secret = try sealer.open(credential.secretSealed, for: .secret(of: id))
        let client = OfficialAccountClient(
            credential: AppCredential(appID: credential.appID, secret: Secret(secret)),
            store: AccountTokenStore(
                account: id, workspace: workspace, database: database, sealer: sealer),
            gateway: gateway, leaseHolder: process)
        return kept.withLock { kept in
            var entry = kept[id] ?? Kept()
            // Two callers may both have made one; all must share the first, and its token.
            if let first = entry.client { return first.client }
            guard entry.generation == generation else { return client }
            entry.client = (workspace, client)
            kept[id] = entry
            return client
        }
    }

    /// Lets the next call begin with the account's present credential.
    func forget(_ id: Account.ID) {
        kept.withLock { kept in
            kept[id] = Kept(generation: (kept[id]?.generation ?? 0) + 1)
        }
    }

    /// Calls WeChat for an account, and keeps with the account when WeChat refuses its credential.
    ///
    /// What WeChat answered is returned or thrown even when the store does not take the account's
    /// standing: the next call finds it again.
    ///
    /// - Throws: `WeChatError` from the call; before it, `Refusal.missing` or `SealingError`, and
    ///   nothing was sent.
    func call<Value: Sendable>(
        _ id: Account.ID, in workspace: Workspace.ID,
        _ body: @Sendable (OfficialAccountClient) async throws -> Value
    ) async throws -> Value {
        let client = try await client(id, in: workspace)
        do {
            let value = try await body(client)
            try? await note(nil, of: id, in: workspace)
            return value
        } catch let error as WeChatError {
            try? await note(error, of: id, in: workspace)
            throw error
        }
    }

    /// Keeps what a call showed of the account's standing, when it differs from what is known.
    private func note(
        _ error: WeChatError?, of id: Account.ID, in workspace: Workspace.ID
    ) async throws {
        let isRefused = error?.isAboutCredentials ?? false
        // A call that WeChat refused for another reason has reached it with a good token.
        let fault = error.flatMap { isRefused || $0.isAboutReaching ? WeChatFault($0) : nil }
        let standing = Standing(fault: fault)
        let (known, generation) = kept.withLock { kept in
            (kept[id]?.standing, kept[id]?.generation)
        }
        if known == standing { return }
        try await database.write { connection in
            guard let account = try connection.account(id, in: workspace) else { return }
            try connection.setAuthorization(
                account.authorization.after(isRefused: isRefused, isReached: fault == nil),
                fault: fault, of: id, in: workspace)
        }
        kept.withLock { kept in
            if kept[id]?.generation == generation { kept[id]?.standing = standing }
        }
    }

    private struct Standing: Equatable {
        let fault: WeChatFault?
    }
}

extension Account.Authorization {
    /// The state after a call: WeChat took the credential, refused it, or could not be asked.
    fileprivate func after(isRefused: Bool, isReached: Bool) -> Self {
        guard isRefused else { return isReached ? .authorized : self }
        return self == .unauthorized ? .unauthorized : .revoked
    }
}

/// An account's row of the token that all processes share.
private struct AccountTokenStore: TokenStore {
    let account: Account.ID
    let workspace: Workspace.ID
    let database: any Database
    let sealer: Sealer

    func load() async throws -> TokenRecord? {
        let sealed: String?? = try await database.read { connection in
            try connection.row(
                """
                SELECT record_sealed FROM access_tokens
                WHERE workspace_id = \(workspace) AND account_id = \(account)
                """
            )?.optional("record_sealed")
        }
        guard let sealed, let sealed else { return nil }
        let json = try sealer.open(sealed, for: .accessToken(of: account))
        return try StoredJSON.value(TokenRecord.self, of: json)
    }

    func save(_ record: TokenRecord, holder: String) async throws -> Bool {
        let json = try StoredJSON.text(record)
        let sealed = try sealer.seal(json, for: .accessToken(of: account))
        return try await database.write { connection in
            try connection.run(
                """
                UPDATE access_tokens SET record_sealed = \(sealed)
                WHERE workspace_id = \(workspace) AND account_id = \(account)
                    AND lease_owner = \(holder)
                """) == 1
        }
    }

    func acquireLease(holder: String, now: Int64, until end: Int64) async throws -> Bool {
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO access_tokens (workspace_id, account_id, lease_owner, lease_until)
                VALUES (\(workspace), \(account), \(holder), \(end))
                ON CONFLICT (workspace_id, account_id) DO UPDATE
                SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
                WHERE access_tokens.lease_owner IS NULL OR access_tokens.lease_until <= \(now)
                    OR access_tokens.lease_owner = excluded.lease_owner
                """) == 1
        }
    }

    func releaseLease(holder: String) async throws {
        _ = try await database.write { connection in
            try connection.run(
                """
                UPDATE access_tokens SET lease_owner = NULL, lease_until = 0
                WHERE workspace_id = \(workspace) AND account_id = \(account)
                    AND lease_owner = \(holder)
                """)
        }
    }
}

extension WeChatError {
    /// Whether WeChat could not be asked at all.
    var isAboutReaching: Bool {
        if case .transport(let failure) = self { failure.reason != .cancelled } else { false }
    }

    /// Whether WeChat refuses this account as a whole, so that nothing works until somebody acts.
    var isAboutCredentials: Bool {
        guard case .refused(let code, _) = self else { return false }
        let codes: [ErrorCode] = [
            .invalidCredential, .invalidAppID, .invalidAppSecret, .addressNotInWhitelist,
            .invalidAccessToken, .userUnauthorized,
        ]
        return codes.contains(code)
    }
}
