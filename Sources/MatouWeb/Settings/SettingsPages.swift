import Foundation
import HTTP
import Matou

/// `/settings`: the person who is signed in, where they are, the workspace, and the language.
struct SettingsPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/settings", show),
            PageRoute(.post, "/settings/name", rename),
            PageRoute(.post, "/settings/password", changePassword),
            PageRoute(.post, "/settings/workspace", renameWorkspace, for: .owner),
            PageRoute(.post, "/settings/time-zone", changeTimeZone, for: .owner),
            PageRoute(.post, "/settings/profiles", keepProfiles, for: .owner),
            PageRoute(.post, "/settings/sessions/{handle}/end", endSession),
        ]
    }

    private struct View: Sendable {
        let email: String
        let languages: [Language]
        let facts: [FactRow]
        let members: [Member]
        let name: FormField
        /// Nil for those who may not change it.
        let workspaceName: FormField?
        let timeZone: FormField?
        /// What may be typed there.
        let timeZones: [String]
        /// Nil for those who may not change it.
        let profiles: Profiles?
        /// While days are being moved to a zone that was chosen.
        let moving: Notice?
        let old: FormField
        let new: FormField
        let problem: Notice?
        let sessions: [Browser]

        struct Profiles: Sendable { let areKept: Bool }

        struct Browser: Sendable {
            let name: String
            /// As it named itself, to point at.
            let agent: String
            let address: String
            let seen: String
            let isCurrent: Bool
            let endPath: String
        }

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

    @Sendable private func show(_ visit: Visit) async throws -> Response { try await draw(visit) }

    @Sendable private func rename(_ visit: Visit) async throws -> Response {
        let name = try visit.request.form().first("name") ?? ""
        do {
            try await installation.members.rename(visit.session.user.id, to: name)
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, name: name, faults: faults)
        }
        return .redirect(
            to: "/settings", notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    @Sendable private func renameWorkspace(_ visit: Visit) async throws -> Response {
        let name = try visit.request.form().first("workspace_name") ?? ""
        do {
            try await installation.workspaces.rename(to: name, by: visit.principal)
        } catch Refusal.invalid(let faults) {
            return try await draw(
                visit, workspaceName: name,
                faults: faults.map { FieldFault("workspace_name", $0.code) })
        }
        return .redirect(
            to: "/settings", notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    @Sendable private func changeTimeZone(_ visit: Visit) async throws -> Response {
        let zone = try visit.request.form().first("time_zone") ?? ""
        do {
            try await installation.workspaces.changeTimeZone(to: zone, by: visit.principal)
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, timeZone: zone, faults: faults)
        }
        return .redirect(
            to: "/settings", notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    @Sendable private func keepProfiles(_ visit: Visit) async throws -> Response {
        let areKept = try visit.request.form().first("keeps_profiles") != nil
        try await installation.workspaces.keepProfiles(areKept, by: visit.principal)
        return .redirect(
            to: "/settings", notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    @Sendable private func changePassword(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        do {
            try await installation.members.changePassword(
                from: form.first("password") ?? "", to: form.first("new_password") ?? "",
                in: visit.session, installation.throttle)
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, faults: faults)
        }
        return .redirect(
            to: "/settings",
            notice: Notice(.good, renderer.wording(visit)("settings.done.password")))
    }

    @Sendable private func endSession(_ visit: Visit, _ handle: String) async throws -> Response {
        try await installation.sessions.end(
            handle: handle, of: visit.session)
        return .redirect(
            to: "/settings",
            notice: Notice(.good, renderer.wording(visit)("settings.done.session")))
    }

    private func draw(
        _ visit: Visit, name: String? = nil, workspaceName: String? = nil,
        timeZone: String? = nil, faults: [FieldFault] = []
    ) async throws -> Response {
        let texts = FaultTexts(faults, renderer.wording(visit), form: "settings")
        let wording = renderer.wording(visit)
        let now = installation.clock.now()
        let members = try await installation.members.list(for: visit.principal)
        let moved = try await installation.workspaces.movedDays(for: visit.principal)
        let areKept = try await installation.workspaces.keepsProfiles(for: visit.principal)
        let isOwner = visit.session.role >= .owner
        let view = View(
            email: visit.session.user.email,
            languages: Language.allCases.map {
                View.Language(
                    code: $0.rawValue, name: $0.ownName, isCurrent: $0 == visit.language)
            },
            facts: (isOwner ? [] : Self.facts(of: visit.workspace, wording)) + [
                FactRow(label: wording("settings.fact.now"), text: wording.exact(now))
            ],
            members: members.map { member in
                View.Member(
                    name: member.user.name, initial: member.user.name.initial,
                    email: member.user.email,
                    role: wording("common.role.\(member.role.rawValue)"),
                    joined: wording.date(member.joinedAt, now: now))
            },
            name: FormField("name", name ?? visit.session.user.name, texts),
            workspaceName: isOwner
                ? FormField("workspace_name", workspaceName ?? visit.workspace.name, texts) : nil,
            timeZone: isOwner
                ? FormField(
                    "time_zone", timeZone ?? visit.workspace.timeZone.identifier, texts) : nil,
            timeZones: isOwner ? TimeZone.knownTimeZoneIdentifiers : [],
            profiles: isOwner ? View.Profiles(areKept: areKept) : nil,
            moving: moved.map {
                Notice(
                    .plain,
                    wording("settings.moving", ["percent": wording.number(Int($0 * 100))]))
            },
            old: FormField("password", "", texts), new: FormField("new_password", "", texts),
            problem: Notice(
                faults: faults,
                hasPassword: texts["password"] != nil || texts["new_password"] != nil, wording),
            sessions: try await installation.sessions.list(of: visit.session).map { browser in
                View.Browser(
                    name: BrowserName(userAgent: browser.userAgent).text,
                    agent: browser.userAgent, address: browser.address,
                    seen: wording.date(browser.seenAt, now: now), isCurrent: browser.isCurrent,
                    endPath: "/settings/sessions/\(browser.handle)/end")
            })
        return try await renderer.page(
            "settings/show", view, title: wording("settings.title"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    /// What an owner sees in the fields that change it.
    private static func facts(of workspace: Workspace, _ wording: Wording) -> [FactRow] {
        [
            FactRow(label: wording("settings.fact.name"), text: workspace.name),
            FactRow(label: wording("settings.fact.zone"), text: workspace.timeZone.identifier),
        ]
    }
}
