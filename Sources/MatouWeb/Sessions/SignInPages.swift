import HTTP
import Matou

/// Signing in and out.
struct SignInPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            .open(.get, "/sign-in", show),
            .open(.post, "/sign-in", signIn),
            PageRoute(.post, "/sign-out", signOut),
        ]
    }

    private struct View: Sendable {
        let form: [String: FormField]
        let problem: Notice?
        /// The page that was wanted.
        let next: String?
    }

    @Sendable private func show(_ visit: PublicVisit) async throws -> Response {
        guard try await installation.members.isSetUp() else { return .redirect(to: "/setup") }
        let next = LocalPath(visit.request.query("next"))
        if try await visit.member(installation.sessions) != nil {
            return .redirect(to: next?.text ?? "/")
        }
        return try draw(email: "", next: next, visit)
    }

    @Sendable private func signIn(_ visit: PublicVisit) async throws -> Response {
        let form = try visit.request.form()
        let email = form.first("email") ?? ""
        let next = LocalPath(form.first("next"))
        do {
            let token = try await installation.sessions.signIn(
                email: email, password: form.first("password") ?? "",
                from: Sessions.Origin(visit.request))
            var response = Response.redirect(to: next?.text ?? "/")
            response.startSession(token)
            return response
        } catch let refusal as Refusal {
            // A 401 has to name a scheme that a browser could ask by (RFC 9110, 15.5.2).
            let status = refusal == .badCredentials ? .unprocessableContent : refusal.status
            var response = try draw(
                email: email, next: next, problem: refusal, visit, status: status)
            if case .tooMany(let seconds) = refusal {
                response.fields["Retry-After"] = String(seconds)
            }
            return response
        }
    }

    @Sendable private func signOut(_ visit: Visit) async throws -> Response {
        try await installation.sessions.end(visit.session)
        var response = Response.redirect(
            to: "/sign-in",
            notice: Notice(.plain, renderer.wording(visit)("sign-in.signed-out")))
        response.setCookie(.deletion(of: Gatekeeper.sessionCookie))
        return response
    }

    private func draw(
        email: String, next: LocalPath?, problem: Refusal? = nil, _ visit: PublicVisit,
        status: Status = .ok
    ) throws -> Response {
        let wording = renderer.wording(visit)
        let none = FaultTexts([], wording)
        let view = View(
            form: [
                "email": FormField("email", email, none),
                "password": FormField("password", "", none),
            ],
            problem: problem.map {
                Notice(.bad, $0.words(wording.locales, in: wording.language))
            },
            next: next?.text)
        return try renderer.publicPage(
            "sign-in/sign-in", view, title: wording("sign-in.title"), in: visit, status: status)
    }
}

extension Sessions.Origin {
    init(_ request: Request) {
        self.init(
            address: request.clientAddress, userAgent: request.fields["user-agent"] ?? "")
    }
}

extension Response {
    /// Longer than browsers keep any cookie: when a session ends is the store's to say.
    private static let sessionCookieSeconds = 400 * 86_400

    mutating func startSession(_ token: SecretToken) {
        setCookie(
            Cookie(
                Gatekeeper.sessionCookie, token.text, maxAge: Self.sessionCookieSeconds))
    }
}
