import Foundation
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
    private let clients = Mutex<[Account.ID: OfficialAccountClient]>([:])
    /// What the latest call of each account showed, so that only a change is written.
    private let standings = Mutex<[Account.ID: Standing]>([:])

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
    func client(
        _ id: Account.ID, in workspace: Workspace.ID
    ) async throws -> OfficialAccountClient {
        if let client = clients.withLock({ $0[id] }) { return client }
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
        // Two callers may both have made one; all must share the first, and its token.
        return clients.withLock { clients in
            if let first = clients[id] { return first }
            clients[id] = client
            return client
        }
    }

    /// Lets the next call begin with the account's present credential.
    func forget(_ id: Account.ID) async {
        clients.withLock { clients in _ = clients.removeValue(forKey: id) }
        standings.withLock { standings in _ = standings.removeValue(forKey: id) }
    }

    /// Calls WeChat for an account, and keeps with the account when WeChat refuses its credential.
    func call<Value: Sendable>(
        _ id: Account.ID, in workspace: Workspace.ID,
        _ body: @Sendable (OfficialAccountClient) async throws -> Value
    ) async throws -> Value {
        let client = try await client(id, in: workspace)
        do {
            let value = try await body(client)
            try await note(nil, of: id, in: workspace)
            return value
        } catch let error as WeChatError {
            try await note(error, of: id, in: workspace)
            throw error
        }
    }

    /// Keeps what a call showed of the account's standing, when it differs from what is known.
    private func note(
        _ error: WeChatError?, of id: Account.ID, in workspace: Workspace.ID
    ) async throws {
        let isRefused = error?.isAboutCredentials ?? false
        let fault = error.flatMap { isRefused || $0.isAboutReaching ? WeChatFault($0) : nil }
        // A call that WeChat refused for another reason has reached it with a good token.
        let isKnown = standings.withLock { standings in
            defer { standings[id] = Standing(fault: fault) }
            return standings[id] == Standing(fault: fault)
        }
        if isKnown { return }
        try await database.write { connection in
            guard let account = try connection.account(id, in: workspace) else { return }
            let state: Account.Authorization =
                isRefused ? .revoked : fault == nil ? .authorized : account.authorization
            try connection.setAuthorization(state, fault: fault, of: id, in: workspace)
        }
    }

    private struct Standing: Equatable {
        let fault: WeChatFault?
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
        return try JSONDecoder().decode(TokenRecord.self, from: Data(json.utf8))
    }

    func save(_ record: TokenRecord, holder: String) async throws -> Bool {
        let json = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
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
