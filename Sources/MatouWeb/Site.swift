package import HTTP
package import Logging
package import Matou

/// Everything that is served over HTTP: pages, REST, callbacks, files.
package struct Site: Sendable {
    package let router: Router
    package let apiRoutes: Int

    /// - Parameters:
    ///   - resources: the folder with templates, static files and locales.
    ///   - metrics: the text of `/metrics`.
    /// - Throws: when a template, a locale file or a route does not fit; found at the start.
    package init(
        _ installation: Installation, settings: SiteSettings, resources: String, logger: Logger,
        metrics: @escaping @Sendable () async -> String
    ) throws {
        let locales = try Locales(directory: resources + "/locales")
        let files = try StaticFiles(directory: resources + "/static", mount: "/static")
        let pictures = CodePictures()
        let gate = APIGate(tokens: installation.tokens, locales: locales, logger: logger)
        let resourcesOfAPI: [any APIResource] = [
            AccountAPI(accounts: installation.accounts, settings: settings),
            QRCodeAPI(installation: installation, settings: settings, pictures: pictures),
        ]
        let api = resourcesOfAPI.flatMap(\.routes)
        let document = OpenAPIDocument(
            routes: api, schemas: AccountSchemas.all.merging(QRCodeSchemas.all) { own, _ in own },
            serverURL: settings.publicURL)

        let documentBytes = try document.json.bytes()
        var routes: [Route] = files.routes
        routes += api.map(gate.route)
        routes.append(.inline(.get, "/api/openapi.json") { _ in .json(documentBytes) })
        routes += WeChatCallbacks(callbacks: installation.callbacks, logger: logger).routes
        routes += OperationsRoutes(installation: installation, metrics: metrics).routes
        router = try Router(routes)
        apiRoutes = api.count
    }
}
