import HTTP
import Matou

/// `/tokens`: the bearer tokens of programs. A token's text is shown once, when it is made.
struct TokenPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/tokens", list, for: .admin),
            PageRoute(.post, "/tokens", make, for: .admin),
            PageRoute(.post, "/tokens/{id}/revoke", revoke, for: .admin),
        ]
    }

    /// After how many days a new token may end; nil is never.
    private static let lifetimes = [nil, 30, 90, 365]

    private struct View: Sendable {
        let tokens: [Row]
        let hasTokens: Bool
        let name: FormField
        let roles: [Choice]
        let lifetimes: [Choice]
        let fresh: Copyable?
        let problem: Notice?

        struct Row: Sendable {
            let name: String
            let role: String
            let state: Chip
            let expires: String?
            let maker: String
            let created: String
            let used: String
            let revokePath: String?
        }
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response { try await draw(visit) }

    @Sendable private func make(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        let name = form.first("name") ?? ""
        let role = form.first("role").flatMap(Role.init(rawValue:)) ?? .viewer
        let days = form.first("days").flatMap(Int.init)
        guard Self.lifetimes.contains(days) else {
            throw Refusal.invalid(
                "days", .notOneOf(Self.lifetimes.compactMap(\.self).map(String.init)))
        }
        let end = days.map { installation.clock.now() + .seconds($0 * 86_400) }
        do {
            let (_, secret) = try await installation.tokens.make(
                name: name, role: role, expiresAt: end, by: visit.principal)
            return try await draw(
                visit,
                fresh: Copyable(
                    label: renderer.wording(visit)("members.token"), text: secret.text))
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, name: name, role: role, days: days, faults: faults)
        }
    }

    @Sendable private func revoke(_ visit: Visit, _ id: APIToken.ID) async throws -> Response {
        try await installation.tokens.revoke(id, by: visit.principal)
        return .redirect(
            to: "/tokens",
            notice: Notice(.good, renderer.wording(visit)("members.done.token-revoked")))
    }

    private func draw(
        _ visit: Visit, name: String = "", role: Role = .editor, days: Int? = nil,
        faults: [FieldFault] = [], fresh: Copyable? = nil
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let now = installation.clock.now()
        let tokens = try await installation.tokens.list(for: visit.principal)
        let makers = try await installation.members.names(
            of: Set(tokens.map(\.createdBy)), for: visit.principal)
        let rows = tokens.map { token in
            let state = token.state(at: now)
            let mayRevoke = state == .valid && visit.session.role >= token.role
            return View.Row(
                name: token.name, role: wording("common.role.\(token.role.rawValue)"),
                state: Chip(
                    wording("members.token.\(state)"), state == .valid ? .good : .plain),
                expires: token.expiresAt.map { wording.date($0, now: now) },
                maker: makers[token.createdBy] ?? wording("common.none"),
                created: wording.date(token.createdAt, now: now),
                used: token.usedAt.map { wording.date($0, now: now) } ?? wording("common.none"),
                revokePath: mayRevoke ? "/tokens/\(token.id)/revoke" : nil)
        }
        let view = View(
            tokens: rows, hasTokens: !rows.isEmpty,
            name: FormField("name", name, FaultTexts(faults, wording)),
            roles: Role.choices(upTo: visit.session.role, selected: role, wording),
            lifetimes: Self.lifetimes.map { lifetime in
                Choice(
                    lifetime.map(String.init) ?? "",
                    lifetime.map { wording("members.token-days", ["days": String($0)]) }
                        ?? wording("members.token-never"),
                    isSelected: lifetime == days)
            }, fresh: fresh,
            problem: Notice(faults: faults, wording))
        return try await renderer.page(
            "tokens/index", view, title: wording("members.tokens"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}
