import HTTP
import Matou

/// `/setup`: the first workspace and its owner, while there is nobody.
///
/// Whoever comes first owns the installation, so that from another machine the key is asked for that
/// the terminal printed.
struct SetupPages: Pages {
    let installation: Installation
    let settings: SiteSettings
    let renderer: PageRenderer
    let key: String

    var routes: [PageRoute] {
        [.open(.get, "/setup", show), .open(.post, "/setup", setUp)]
    }

    /// What was typed, but for the password.
    private struct Typed {
        var workspace = ""
        var name = ""
        var email = ""
        var key = ""
    }

    private struct View: Sendable {
        let form: [String: FormField]
        let problem: Notice?
    }

    @Sendable private func show(_ visit: PublicVisit) async throws -> Response {
        guard try await !installation.members.isSetUp() else { return .redirect(to: "/sign-in") }
        return try draw(Typed(key: visit.request.query("key") ?? ""), visit)
    }

    @Sendable private func setUp(_ visit: PublicVisit) async throws -> Response {
        guard try await !installation.members.isSetUp() else { return .redirect(to: "/sign-in") }
        let form = try visit.request.form()
        let typed = Typed(
            workspace: form.first("workspace_name") ?? "", name: form.first("name") ?? "",
            email: form.first("email") ?? "", key: form.first("key") ?? "")
        let isKnown = constantTimeEqual(Array(typed.key.utf8), Array(key.utf8))
        guard isKnown || isOpen(to: visit.request) else {
            return try draw(typed, faults: [FieldFault("key", .unknown)], visit)
        }
        do {
            let member = try await installation.members.setUp(
                .init(
                    name: typed.name, email: typed.email, password: form.first("password") ?? ""),
                workspaceName: typed.workspace)
            let token = try await installation.sessions.start(
                for: member.user, from: Sessions.Origin(visit.request))
            var response = Response.redirect(to: "/")
            response.startSession(token)
            return response
        } catch Refusal.invalid(let faults) {
            return try draw(typed, faults: faults, visit)
        } catch Refusal.conflict(.alreadySetUp) {
            return .redirect(to: "/sign-in")
        }
    }

    /// Whether no key is asked for: only of a browser on this machine, and only where we are not
    /// meant to be reached from elsewhere. Behind a proxy that tells nothing, everyone is local.
    private func isOpen(to request: Request) -> Bool {
        settings.isLoopback && request.isFromThisMachine
    }

    private func draw(
        _ typed: Typed, faults: [FieldFault] = [], _ visit: PublicVisit
    ) throws -> Response {
        let wording = renderer.wording(visit)
        let texts = FaultTexts(faults, wording, form: "sign-in")
        var form = [
            "workspace_name": FormField("workspace_name", typed.workspace, texts),
            "name": FormField("name", typed.name, texts),
            "email": FormField("email", typed.email, texts),
            "password": FormField("password", "", texts),
        ]
        if !isOpen(to: visit.request) { form["key"] = FormField("key", typed.key, texts) }
        return try renderer.publicPage(
            "sign-in/setup",
            View(form: form, problem: Notice(faults: faults, hasPassword: true, wording)),
            title: wording("sign-in.setup-title"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

extension Request {
    /// Whether a browser on this machine sent it, by a name of this machine, through no proxy.
    ///
    /// The name is looked at because a foreign one may have been pointed at 127.0.0.1 to get in
    /// here (DNS rebinding); the fields, because a proxy on this machine speaks for anyone.
    var isFromThisMachine: Bool {
        let isLoopback = clientAddress.hasPrefix("127.") || clientAddress == "::1"
        let isProxied = [
            "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
            "via", "cf-connecting-ip",
        ].contains { fields[$0] != nil }
        return isLoopback && !isProxied && Self.loopbackNames.contains(hostName)
    }

    private static let loopbackNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// The authority without its port.
    private var hostName: String {
        let authority = authority.lowercased()
        guard let colon = authority.lastIndex(of: ":"),
            !authority[colon...].contains("]")
        else { return authority }
        return String(authority[..<colon])
    }
}
