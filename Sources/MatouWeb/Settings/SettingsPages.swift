import Foundation
import HTTP
import Matou

/// `/settings`: the member, the workspace, and the language.
struct SettingsPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] { [PageRoute(.get, "/settings", show)] }

    private struct View: Sendable {
        let email: String
        let languages: [Language]
        let facts: [FactRow]
        let members: [Member]

        struct Language: Sendable {
            let code: String
            let name: String
            let isCurrent: Bool
        }

        struct Member: Sendable {
            let name: String
            let initial: String
            let email: String
            let role: String
            let joined: String
        }
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        let now = installation.clock.now()
        let members = try await installation.members.list(for: visit.principal)
        let view = View(
            email: visit.session.user.email,
            languages: Language.allCases.map {
                View.Language(
                    code: $0.rawValue, name: $0.ownName, isCurrent: $0 == visit.language)
            },
            facts: [
                FactRow(label: wording("settings.fact.name"), text: visit.workspace.name),
                FactRow(
                    label: wording("settings.fact.zone"),
                    text: visit.workspace.timeZone.identifier),
                FactRow(label: wording("settings.fact.now"), text: wording.exact(now)),
            ],
            members: members.map { member in
                View.Member(
                    name: member.user.name, initial: member.user.name.initial,
                    email: member.user.email,
                    role: wording("common.role.\(member.role.rawValue)"),
                    joined: wording.date(member.joinedAt, now: now))
            })
        return try await renderer.page(
            "settings/show", view, title: wording("settings.title"), in: visit)
    }
}
