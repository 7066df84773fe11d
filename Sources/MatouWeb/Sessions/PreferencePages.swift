import HTTP
import Matou

/// What a visitor chooses for all pages: the language, and the account that they are about.
struct PreferencePages: Pages {
    private static let languageSeconds = 365 * 86_400

    let installation: Installation
    let settings: SiteSettings

    var routes: [PageRoute] {
        [
            .open(.post, "/language", chooseLanguage),
            PageRoute(.post, "/account", chooseAccount),
        ]
    }

    @Sendable private func chooseLanguage(_ visit: PublicVisit) async throws -> Response {
        let form = try visit.request.form()
        guard let language = form.first("language").flatMap(Language.init(rawValue:)) else {
            throw Refusal.invalid("language", .notOneOf(Language.allCases.map(\.rawValue)))
        }
        var response = Response.redirect(to: returnPath(in: form))
        response.setCookie(
            Cookie(
                Language.cookie, language.rawValue, maxAge: Self.languageSeconds,
                secure: settings.isSecure))
        return response
    }

    @Sendable private func chooseAccount(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        try await installation.sessions.choose(
            Account.ID(form.first("account") ?? ""), in: visit.session)
        return .redirect(to: returnPath(in: form))
    }

    private func returnPath(in form: Form) -> String {
        LocalPath(form.first("return_to"))?.text ?? "/"
    }
}
