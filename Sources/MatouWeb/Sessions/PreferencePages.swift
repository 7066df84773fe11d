import HTTP
import Matou

/// What a visitor chooses for all pages: the language, the workspace, and the account that they are
/// about.
struct PreferencePages: Pages {
    private static let languageSeconds = 365 * 86_400

    let installation: Installation

    var routes: [PageRoute] {
        [
            .open(.post, "/language", chooseLanguage),
            PageRoute(.post, "/account", chooseAccount),
            PageRoute(.post, "/workspace", chooseWorkspace),
        ]
    }

    @Sendable private func chooseLanguage(_ visit: PublicVisit) async throws -> Response {
        let form = try visit.request.form()
        guard let language = form.first("language").flatMap(Language.init(rawValue:)) else {
            throw Refusal.invalid("language", .notOneOf(Language.allCases.map(\.rawValue)))
        }
        var response = Response.redirect(to: returnPath(in: form))
        response.setCookie(
            Cookie(Language.cookie, language.rawValue, maxAge: Self.languageSeconds))
        return response
    }

    @Sendable private func chooseAccount(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        try await installation.sessions.choose(
            Account.ID(form.first("account") ?? ""), in: visit.session)
        return .redirect(to: returnPath(in: form))
    }

    /// Nothing of the page that one comes from is in the other workspace.
    @Sendable private func chooseWorkspace(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        try await installation.sessions.choose(
            Workspace.ID(form.first("workspace") ?? ""), in: visit.session)
        return .redirect(to: "/")
    }

    private func returnPath(in form: Form) -> String {
        LocalPath(form.first("return_to"))?.text ?? "/"
    }
}
