import HTTP
import Matou

/// `/invitations/{token}`: where the link of an invitation leads.
struct InvitationPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            .open(.get, "/invitations/{token}", show),
            .open(.post, "/invitations/{token}", accept),
        ]
    }

    private struct View: Sendable {
        let lead: String
        let email: String
        let form: [String: FormField]
        /// Somebody new chooses a name.
        let isNew: Bool
        let problem: Notice?
    }

    @Sendable private func show(
        _ visit: PublicVisit, _ token: SecretToken
    ) async throws -> Response {
        do {
            return try await draw(token, visit)
        } catch Refusal.missing {
            throw DeadLink.invitation
        }
    }

    @Sendable private func accept(
        _ visit: PublicVisit, _ token: SecretToken
    ) async throws -> Response {
        let form = try visit.request.form()
        let name = form.first("name") ?? ""
        do {
            let member = try await installation.invitations.accept(
                token, name: name, password: form.first("password") ?? "")
            let session = try await installation.sessions.start(
                for: member.user, from: Sessions.Origin(visit.request))
            var response = Response.redirect(to: "/")
            response.startSession(session)
            return response
        } catch Refusal.invalid(let faults) {
            return try await draw(token, name: name, faults: faults, visit)
        } catch Refusal.badCredentials {
            return try await draw(token, faults: [FieldFault("password", .unknown)], visit)
        } catch Refusal.missing {
            throw DeadLink.invitation
        }
    }

    private func draw(
        _ token: SecretToken, name: String = "", faults: [FieldFault] = [], _ visit: PublicVisit
    ) async throws -> Response {
        let (invitation, workspace, isKnown) = try await installation.invitations.find(token)
        let wording = renderer.wording(visit)
        let texts = FaultTexts(faults, wording, form: "members")
        let view = View(
            lead: wording(
                isKnown ? "members.join-known" : "members.join-lead",
                [
                    "workspace": workspace.name,
                    "role": wording("common.role.\(invitation.role.rawValue)"),
                ]),
            email: invitation.email,
            form: [
                "name": FormField("name", name, texts),
                "password": FormField("password", "", texts),
            ], isNew: !isKnown, problem: Notice(faults: faults, hasPassword: true, wording))
        var response = try renderer.publicPage(
            "members/join", view, title: wording("members.join"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
        // The address holds the secret, which must not travel on in a Referer. `no-referrer` would say
        // that as well, and make the Origin of this page's own form null (Fetch, 3.1).
        response.fields["Referrer-Policy"] = "strict-origin"
        return response
    }
}
