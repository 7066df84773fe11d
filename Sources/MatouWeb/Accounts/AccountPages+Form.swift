import HTTP
import Matou

extension AccountPages {
    @Sendable func new(_ visit: Visit) async throws -> Response {
        try await draw(AccountForm(), visit)
    }

    @Sendable func connect(_ visit: Visit) async throws -> Response {
        let form = AccountForm(try visit.request.form())
        do {
            let account = try await installation.accounts.connect(
                form.draft, by: visit.principal)
            let wording = renderer.wording(visit)
            // The new account is what its maker wants to work on.
            try await installation.sessions.choose(account.id, in: visit.session)
            let isGood = account.health.apiFault == nil
            return .redirect(
                to: account.path,
                notice: Notice(
                    isGood ? .good : .warn,
                    wording("accounts.done.\(isGood ? "connected" : "connected-refused")")))
        } catch Refusal.invalid(let faults) {
            return try await draw(form, faults: faults, visit)
        }
    }

    @Sendable func edit(_ visit: Visit, _ id: Account.ID) async throws -> Response {
        let account = try await account(id, visit)
        return try await draw(AccountForm(account), changing: account, visit)
    }

    @Sendable func change(_ visit: Visit, _ id: Account.ID) async throws -> Response {
        let account = try await account(id, visit)
        var form = AccountForm(try visit.request.form())
        do {
            let changed = try await installation.accounts.change(
                account.id, to: form.draft, ifVersion: form.version, by: visit.principal)
            return .redirect(
                to: changed.path,
                notice: Notice(.good, renderer.wording(visit)("common.saved")))
        } catch Refusal.invalid(let faults) {
            return try await draw(form, changing: account, faults: faults, visit)
        } catch Refusal.stale(let version) {
            let names = try await installation.members.names(
                of: [account.updatedBy], for: visit.principal)
            // Saving once more is then a decision, made with the present version in sight.
            form.version = version
            let words = renderer.wording(visit)(
                "common.problem.conflict", ["name": names[account.updatedBy] ?? account.updatedBy])
            return try await draw(
                form, changing: account, problem: Notice(.warn, words), visit)
        }
    }

    private func draw(
        _ form: AccountForm, changing account: Account? = nil, faults: [FieldFault] = [],
        problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let view = AccountFormView(
            form, changing: account, faults: faults, problem: problem, wording)
        let isRefused = !faults.isEmpty || problem != nil
        return try await renderer.page(
            account == nil ? "accounts/new" : "accounts/edit", view,
            title: wording(account == nil ? "accounts.connect" : "accounts.edit"), in: visit,
            status: isRefused ? .unprocessableContent : .ok)
    }
}
