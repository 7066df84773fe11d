import Jobs
import SQL
import WeChat

/// Everything that tells whether an account works, or will soon not.
package struct AccountCheckup: Sendable {
    package let account: Account
    /// Permanent codes that WeChat has made for it, of `Account.permanentCodeLimit`.
    package let permanentCodes: Int
    /// WeChat's last word on the calls that a day has, as far as it was asked.
    package let quotas: [CallQuota]
    /// Work of the workspace that is due for more than `lateAfter`, counted up to `countMax`.
    package let lateJobs: Int
    /// Work of the workspace that was given up, counted up to `countMax`.
    package let failedJobs: Int

    package static let lateAfter: Duration = .seconds(15)
    package static let countMax = 1000

    /// Our address as WeChat saw it, when the account's IP whitelist lacks it (errcode 40164).
    package var refusedAddress: String? {
        guard let fault = account.health.apiFault,
            fault.code == ErrorCode.addressNotInWhitelist.rawValue
        else { return nil }
        return WeChatFault.address(in: fault.words) ?? ""
    }

    /// Whether nine tenths of the permanent codes are used up.
    package var isNearPermanentLimit: Bool {
        permanentCodes * 10 >= Account.permanentCodeLimit * 9
    }
}

/// How often one of WeChat's calls may be made in a day, as `openapi/quota/get` said.
package struct CallQuota: Sendable, Equatable {
    package let path: String
    package let dayLimit: Int
    package let used: Int
    package let readAt: Timestamp

    package var isNear: Bool { dayLimit > 0 && used * 10 >= dayLimit * 9 }

    /// The calls that codes and replies hang on.
    static let watched = ["/cgi-bin/qrcode/create", "/cgi-bin/message/custom/send"]
}

extension Accounts {
    /// How the account stands, from what is kept: WeChat is not asked.
    ///
    /// - Throws: `Refusal.missing`.
    package func checkup(
        of id: Account.ID, for principal: Principal
    ) async throws -> AccountCheckup {
        let now = clock.now()
        return try await database.read { connection in
            let workspace = principal.workspace
            guard let account = try connection.account(id, in: workspace) else {
                throw Refusal.missing
            }
            return AccountCheckup(
                account: account,
                permanentCodes: try connection.permanentCount(on: id, in: workspace),
                quotas: try connection.quotas(of: id, in: workspace),
                lateJobs: try connection.lateJobCount(
                    workspace: workspace.text,
                    dueBefore: (now - AccountCheckup.lateAfter).milliseconds,
                    atMost: AccountCheckup.countMax),
                failedJobs: try connection.failedJobCount(
                    workspace: workspace.text, atMost: AccountCheckup.countMax))
        }
    }

    /// Asks WeChat now: for a token, and what is left of the day's calls.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden`. WeChat's refusals are kept, not thrown.
    package func check(_ id: Account.ID, by principal: Principal) async throws {
        try await checkAuthorization(of: id, by: principal)
        guard try await find(id, for: principal).authorization == .authorized else { return }
        for path in CallQuota.watched {
            do {
                let quota = try await wechat.call(id, in: principal.workspace) { client in
                    try await client.quota(of: path)
                }
                let read = CallQuota(
                    path: path, dayLimit: quota.dailyLimit, used: quota.used, readAt: clock.now())
                try await database.write { try $0.save(read, of: id, in: principal.workspace) }
            } catch is WeChatError {
                // What the token could not show, the next call of this kind will.
                continue
            }
        }
    }
}
