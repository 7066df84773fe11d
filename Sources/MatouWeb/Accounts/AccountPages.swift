import HTTP
import Matou

/// The pages of the connected official accounts.
struct AccountPages: Pages {
    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/accounts", list),
            PageRoute(.get, "/accounts/new", new, for: .admin),
            PageRoute(.post, "/accounts", connect, for: .admin),
            PageRoute(.get, "/accounts/{id}", show),
            PageRoute(.post, "/accounts/{id}/check", check, for: .editor),
            PageRoute(.get, "/accounts/{id}/edit", edit, for: .admin),
            PageRoute(.post, "/accounts/{id}", change, for: .admin),
            PageRoute(.get, "/accounts/{id}/delete", confirmDeletion, for: .admin),
            PageRoute(.post, "/accounts/{id}/delete", delete, for: .admin),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let now = installation.clock.now()
        let mayEdit = visit.session.role >= .admin
        var rows: [AccountListView.Row] = []
        for account in try await installation.accounts.list(for: visit.principal) {
            rows.append(
                AccountListView.Row(
                    account, codes: try await codes(of: account, visit), mayEdit: mayEdit,
                    now: now, wording))
        }
        let view = AccountListView(list: rows.isEmpty ? nil : .init(accounts: rows))
        return try await renderer.page(
            "accounts/index", view, title: wording("accounts.title"), in: visit)
    }

    @Sendable private func show(_ visit: Visit, _ id: Account.ID) async throws -> Response {
        let checkup = try await installation.accounts.checkup(of: id, for: visit.principal)
        let account = checkup.account
        let wording = renderer.wording(visit)
        let now = installation.clock.now()
        let isWaiting = account.health.callbackVerifiedAt == nil && visit.session.role >= .admin
        let view = AccountShowView(
            account: head(of: account, visit, wording),
            health: HealthLine.all(of: checkup, now: now, wording),
            callback: try await callback(of: account, visit, wording),
            facts: try await facts(of: account, visit, now, wording),
            checkPath: visit.session.role >= .editor ? account.path + "/check" : nil,
            verification: isWaiting
                ? Notice(.wait, wording("accounts.waiting"))
                : account.health.callbackVerifiedAt.map {
                    Notice(
                        .good,
                        wording("accounts.callback-verified", ["date": wording.exact($0)]))
                })
        var response = try await renderer.page(
            "accounts/show", view, title: account.name, in: visit)
        // Somebody is about to press 启用 in WeChat's console and looks here for what comes of it.
        if isWaiting { response.fields["Refresh"] = "5" }
        return response
    }

    @Sendable private func check(_ visit: Visit, _ id: Account.ID) async throws -> Response {
        try await installation.accounts.check(id, by: visit.principal)
        let account = try await installation.accounts.find(id, for: visit.principal)
        let wording = renderer.wording(visit)
        let isGood = account.health.apiFault == nil
        return .redirect(
            to: account.path,
            notice: Notice(
                isGood ? .good : .bad, wording("accounts.done.check-\(isGood ? "good" : "bad")")))
    }

    @Sendable private func confirmDeletion(
        _ visit: Visit, _ id: Account.ID
    ) async throws -> Response {
        try await askDeletion(of: try await account(id, visit), visit)
    }

    @Sendable private func delete(_ visit: Visit, _ id: Account.ID) async throws -> Response {
        let account = try await account(id, visit)
        do {
            try await installation.accounts.delete(account.id, by: visit.principal)
        } catch Refusal.conflict(.accountHasCodes) {
            return try await askDeletion(of: account, visit, status: .conflict)
        }
        let text = renderer.wording(visit)("accounts.done.deleted", ["name": account.name])
        return .redirect(to: "/accounts", notice: Notice(.good, text))
    }

    private func askDeletion(
        of account: Account, _ visit: Visit, status: Status = .ok
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let codes = try await codes(of: account, visit)
        let warning =
            codes > 0
            ? wording("accounts.delete.has-codes", ["count": wording.number(codes)])
            : wording("accounts.delete.warning")
        let view = AccountDeletionView(
            id: account.id.text, account: head(of: account, visit, wording),
            question: wording("accounts.delete.question", ["name": account.name]),
            warning: Notice(.warn, warning), canDelete: codes == 0)
        return try await renderer.page(
            "accounts/delete", view, title: wording("accounts.delete"), in: visit, status: status)
    }

    func account(_ id: Account.ID, _ visit: Visit) async throws -> Account {
        try await installation.accounts.find(id, for: visit.principal)
    }

    /// Nil for those who may not see the secrets in it.
    func callback(
        of account: Account, _ visit: Visit, _ wording: Wording
    ) async throws -> CallbackView? {
        guard visit.session.role >= .admin else { return nil }
        let secrets = try await installation.accounts.callbackSecrets(
            of: account.id, by: visit.principal)
        return CallbackView(
            account, secrets: secrets, settings: settings, now: installation.clock.now(), wording)
    }

    private func codes(of account: Account, _ visit: Visit) async throws -> Int {
        try await installation.qrCodes.page(
            QRCodeFilter(account: account.id), limit: 1, for: visit.principal
        ).total
    }

    private func head(
        of account: Account, _ visit: Visit, _ wording: Wording
    ) -> AccountShowView.Head {
        let mayEdit = visit.session.role >= .admin
        return AccountShowView.Head(
            path: account.path, name: account.name,
            chips: [account.authorizationChip(wording), account.verificationChip(wording)],
            editPath: mayEdit ? account.path + "/edit" : nil,
            deletePath: mayEdit ? account.path + "/delete" : nil)
    }

    private func facts(
        of account: Account, _ visit: Visit, _ now: Timestamp, _ wording: Wording
    ) async throws -> [FactRow] {
        let names = try await installation.members.names(
            of: [account.createdBy, account.updatedBy], for: visit.principal)
        let permanent = try await installation.qrCodes.permanentCount(
            on: account.id, for: visit.principal)
        func by(_ actor: String, _ time: Timestamp) -> String {
            wording(
                "accounts.fact.by",
                ["name": names[actor] ?? actor, "date": wording.date(time, now: now)])
        }
        let none = wording("common.none")
        return [
            ("accounts.app-id", account.appID),
            ("accounts.original-id", account.originalID.isEmpty ? none : account.originalID),
            ("accounts.mode", wording("accounts.mode.\(account.messageMode.rawValue)")),
            (
                "accounts.permanent",
                wording(
                    "accounts.permanent-used",
                    [
                        "used": wording.number(permanent),
                        "limit": wording.number(Account.permanentCodeLimit),
                    ])
            ),
            ("accounts.fact.created", by(account.createdBy, account.createdAt)),
            ("accounts.fact.updated", by(account.updatedBy, account.updatedAt)),
        ].map { FactRow(label: wording($0.0), text: $0.1) }
    }
}
