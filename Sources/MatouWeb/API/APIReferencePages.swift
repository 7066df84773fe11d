import HTTP
import Matou

/// `/api/docs`: the published document as a page to read, for anyone: whoever has a token only is led
/// here by every problem's `type`.
struct APIReferencePages: Pages {
    let installation: Installation
    let document: JSON
    let settings: SiteSettings
    let renderer: PageRenderer

    var routes: [PageRoute] { [.open(.get, "/api/docs", show)] }

    @Sendable private func show(_ visit: PublicVisit) async throws -> Response {
        let wording = renderer.wording(visit)
        var view = APIReferenceView(document, settings: settings, wording)
        let title = wording("api.title")
        guard let member = try await visit.member(installation.sessions) else {
            return try renderer.publicPage("public/api", view, title: title, in: visit)
        }
        view.tokensPath = member.session.role >= .admin ? "/tokens" : nil
        return try await renderer.page("api/docs", view, title: title, in: member)
    }
}
