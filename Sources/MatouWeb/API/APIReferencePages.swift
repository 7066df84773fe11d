import HTTP
import Matou

/// `/api/docs`: the published document as a page to read.
struct APIReferencePages: Pages {
    let document: JSON
    let settings: SiteSettings
    let renderer: PageRenderer

    var routes: [PageRoute] { [PageRoute(.get, "/api/docs", show)] }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        return try await renderer.page(
            "api/docs", APIReferenceView(document, settings: settings, wording),
            title: wording("api.title"), in: visit)
    }
}
