import HTTP
import Matou

/// `/members`: who belongs to the workspace, with which role, and who is invited.
struct MemberPages: Pages {
    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/members", list),
            PageRoute(.post, "/members/{id}", changeRole, for: .admin),
            PageRoute(.post, "/members/{id}/remove", remove, for: .admin),
            PageRoute(.post, "/invitations", invite, for: .admin),
            PageRoute(.post, "/invitations/{id}/revoke", revoke, for: .admin),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try await draw(visit)
    }

    @Sendable private func changeRole(_ visit: Visit, _ id: User.ID) async throws -> Response {
        guard try await installation.members.find(id, for: visit.principal) != nil else {
            throw Refusal.missing
        }
        guard let role = try visit.request.form().first("role").flatMap(Role.init(rawValue:))
        else { throw Refusal.invalid("role", .notOneOf(Role.allCases.map(\.rawValue))) }
        try await installation.members.changeRole(of: id, to: role, by: visit.principal)
        return .redirect(
            to: "/members", notice: Notice(.good, renderer.wording(visit)("members.done.role")))
    }

    @Sendable private func remove(_ visit: Visit, _ id: User.ID) async throws -> Response {
        try await installation.members.remove(id, by: visit.principal)
        return .redirect(
            to: "/members", notice: Notice(.good, renderer.wording(visit)("members.done.removed")))
    }

    /// The link is on the page that answers, and nowhere else: so there is no redirect.
    @Sendable private func invite(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        let email = form.first("email") ?? ""
        let role = form.first("role").flatMap(Role.init(rawValue:)) ?? .viewer
        do {
            let (invitation, secret) = try await installation.invitations.make(
                email: email, role: role, by: visit.principal)
            return try await draw(
                visit,
                link: MembersView.FreshLink(
                    email: invitation.email,
                    link: Copyable(
                        label: renderer.wording(visit)("members.link"),
                        text: settings.invitationURL(secret))))
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, email: email, role: role, faults: faults)
        }
    }

    @Sendable private func revoke(_ visit: Visit, _ id: Invitation.ID) async throws -> Response {
        try await installation.invitations.revoke(id, by: visit.principal)
        return .redirect(
            to: "/members", notice: Notice(.good, renderer.wording(visit)("members.done.revoked")))
    }

    private func draw(
        _ visit: Visit, email: String = "", role: Role = .editor, faults: [FieldFault] = [],
        link: MembersView.FreshLink? = nil
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let now = installation.clock.now()
        let own = visit.session.role
        let mayManage = own >= .admin
        let members = try await installation.members.list(for: visit.principal)
        let owners = members.count { $0.role == .owner }
        let waiting =
            mayManage ? try await installation.invitations.list(for: visit.principal) : []
        let view = MembersView(
            members: members.map { member in
                let isFixed = member.role > own || (member.role == .owner && owners == 1)
                return MembersView.Row(
                    member, isYou: member.user.id == visit.session.user.id,
                    mayChange: mayManage && !isFixed, upTo: own, now: now, wording)
            },
            roles: Role.allCases.map {
                FactRow(
                    label: wording("common.role.\($0.rawValue)"),
                    text: wording("members.role.\($0.rawValue)-help"))
            },
            invitations: waiting.map { MembersView.Waiting($0, now: now, wording) },
            hasInvitations: !waiting.isEmpty,
            form: mayManage
                ? MembersView.Form(
                    email: FormField("email", email, FaultTexts(faults, wording, form: "members")),
                    roles: Role.choices(upTo: own, selected: role, wording)) : nil,
            link: link, problem: Notice(faults: faults, wording))
        return try await renderer.page(
            "members/index", view, title: wording("members.title"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

/// The members of a workspace, as their template shows them.
struct MembersView: Sendable {
    let members: [Row]
    /// What each may do.
    let roles: [FactRow]
    let invitations: [Waiting]
    let hasInvitations: Bool
    let form: Form?
    /// Right after inviting: the link to pass on.
    let link: FreshLink?
    let problem: Notice?

    struct Row: Sendable {
        let name: String
        let initial: String
        let email: String
        let role: String
        let isYou: Bool
        let joined: String
        /// Nil for those whom the visitor may not change.
        let change: Change?
    }

    struct Change: Sendable {
        let path: String
        let roles: [Choice]
        let removePath: String
    }

    struct Waiting: Sendable {
        let email: String
        let role: String
        let expires: String
        let revokePath: String
    }

    struct Form: Sendable {
        let email: FormField
        let roles: [Choice]
    }

    struct FreshLink: Sendable {
        let email: String
        let link: Copyable
    }
}

extension MembersView.Row {
    fileprivate init(
        _ member: Member, isYou: Bool, mayChange: Bool, upTo own: Role, now: Timestamp,
        _ wording: Wording
    ) {
        name = member.user.name
        initial = member.user.name.initial
        email = member.user.email
        role = wording("common.role.\(member.role.rawValue)")
        self.isYou = isYou
        joined = wording.date(member.joinedAt, now: now)
        let path = "/members/\(member.user.id)"
        change =
            mayChange
            ? .init(
                path: path, roles: Role.choices(upTo: own, selected: member.role, wording),
                removePath: path + "/remove") : nil
    }
}

extension MembersView.Waiting {
    fileprivate init(_ invitation: Invitation, now: Timestamp, _ wording: Wording) {
        email = invitation.email
        role = wording("common.role.\(invitation.role.rawValue)")
        expires = wording.date(invitation.expiresAt, now: now)
        revokePath = "/invitations/\(invitation.id)/revoke"
    }
}

extension Role {
    /// The roles that somebody of the role `own` may give, the least first.
    static func choices(upTo own: Role, selected: Role, _ wording: Wording) -> [Choice] {
        allCases.filter { $0 <= own }.map {
            Choice(
                $0.rawValue, wording("common.role.\($0.rawValue)"),
                help: wording("members.role.\($0.rawValue)-help"), isSelected: $0 == selected)
        }
    }
}

extension SiteSettings {
    /// Where an invitation leads.
    func invitationURL(_ secret: SecretToken) -> String {
        "\(publicURL)/invitations/\(secret.text)"
    }
}
