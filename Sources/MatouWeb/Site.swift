package import HTTP
package import Logging
package import Matou

/// Everything that is served over HTTP: pages, REST, callbacks, files.
package struct Site: Sendable {
    package let router: Router
    /// Lets a browser on another machine set up: `/setup?key=…`. Good until somebody has.
    package let setupKey: String
    /// The tables themselves, for who may do what.
    let pageRoutes: [PageRoute]
    let apiRoutes: [APIRoute]
    private let problems: ProblemPages

    /// - Parameters:
    ///   - resources: the folder with templates and static files.
    ///   - isStarted: whether what a start has to do beside listening is done; until then `/readyz`
    ///     says no.
    ///   - metrics: the text of `/metrics`.
    /// - Throws: when a template or a route does not fit; found at the start.
    package init(
        _ installation: Installation, settings: SiteSettings, resources: String, logger: Logger,
        isStarted: @escaping @Sendable () -> Bool = { true },
        metrics: @escaping @Sendable () async -> String
    ) throws {
        let locales = installation.locales
        let files = try StaticFiles(directory: resources + "/static", mount: "/static")
        let templates = try Templates(
            directory: resources + "/templates", locales: locales, files: files)
        let pictures = CodePictures(designs: installation.designs)
        setupKey = installation.randomness.alphanumeric(32)
        let renderer = PageRenderer(
            templates: templates, locales: locales, installation: installation,
            settings: settings)
        problems = ProblemPages(renderer: renderer, logger: logger)

        let resources = Self.resources(of: installation, settings, pictures)
        apiRoutes = resources.flatMap(\.routes)
        let document = OpenAPIDocument(
            routes: apiRoutes,
            schemas: Dictionary(uniqueKeysWithValues: resources.flatMap { Array($0.schemas) }),
            serverURL: settings.publicURL
        ).json
        let documentBytes = try document.bytes()

        let pages = Self.pages(of: installation, settings, renderer, pictures)
        pageRoutes =
            (pages + [
                SetupPages(
                    installation: installation, settings: settings, renderer: renderer,
                    key: setupKey),
                APIReferencePages(
                    installation: installation, document: document, settings: settings,
                    renderer: renderer),
            ]).flatMap(\.routes)

        let gate = APIGate(tokens: installation.tokens, locales: locales, logger: logger)
        let gatekeeper = Gatekeeper(
            installation: installation, settings: settings, problems: problems, logger: logger)
        var routes: [Route] = files.routes
        routes += pageRoutes.map(gatekeeper.route)
        routes += apiRoutes.map(gate.route)
        routes.append(
            .constant("/api/openapi.json", documentBytes, type: "application/json"))
        routes += WeChatCallbacks(callbacks: installation.callbacks, logger: logger).routes
        routes +=
            OperationsRoutes(
                installation: installation, settings: settings, isStarted: isStarted,
                metrics: metrics
            ).routes
        router = try Router(routes)
    }

    private static func resources(
        of installation: Installation, _ settings: SiteSettings, _ pictures: CodePictures
    ) -> [any APIResource] {
        let qrCodes = QRCodeAPI(
            installation: installation, settings: settings, pictures: pictures)
        let accounts = AccountAPI(accounts: installation.accounts, settings: settings)
        return [
            accounts,
            qrCodes,
            QRCodeSelectionAPI(installation: installation, pictures: pictures),
            RevisionAPI(installation: installation, codes: qrCodes, accounts: accounts),
            FigureAPI(installation: installation),
            GroupAPI(groups: installation.groups, history: installation.revisions),
            ExportAPI(
                exports: installation.exports, forms: installation.forms, settings: settings),
            ImportAPI(imports: installation.imports, codes: qrCodes),
            DesignAPI(installation: installation), LogoAPI(installation: installation),
            MaterialAPI(installation: installation),
            ArticleAPI(installation: installation),
            NewsCardAPI(cards: installation.newsCards),
            TagAPI(tags: installation.tags),
            ContactAPI(installation: installation),
            FormAPI(forms: installation.forms, settings: settings),
            WorkspaceAPI(installation: installation),
            MemberAPI(installation: installation, settings: settings),
            MeAPI(installation: installation),
            AudienceAPI(audiences: installation.audiences),
            EventAPI(journal: installation.journal),
        ]
    }

    private static func pages(
        of installation: Installation, _ settings: SiteSettings, _ renderer: PageRenderer,
        _ pictures: CodePictures
    ) -> [any Pages] {
        [
            SignInPages(installation: installation, renderer: renderer),
            PreferencePages(installation: installation),
            OverviewPages(installation: installation, settings: settings, renderer: renderer),
            QRCodePages(
                installation: installation, settings: settings, renderer: renderer,
                pictures: pictures),
            DesignPages(installation: installation, renderer: renderer),
            LogoPages(installation: installation, renderer: renderer),
            MaterialPages(installation: installation, renderer: renderer),
            ArticlePages(installation: installation, renderer: renderer),
            NewsCardPages(installation: installation, renderer: renderer),
            GroupPages(installation: installation, renderer: renderer),
            ExportPages(installation: installation, renderer: renderer),
            ImportPages(installation: installation, renderer: renderer),
            RevisionPages(installation: installation, renderer: renderer),
            FigurePages(installation: installation, renderer: renderer),
            PublicCodePages(installation: installation, renderer: renderer, pictures: pictures),
            AccountPages(installation: installation, settings: settings, renderer: renderer),
            TagPages(installation: installation, renderer: renderer),
            ContactPages(installation: installation, renderer: renderer),
            FormPages(installation: installation, settings: settings, renderer: renderer),
            AudiencePages(installation: installation, renderer: renderer),
            PublicFormPages(forms: installation.forms, renderer: renderer),
            SettingsPages(installation: installation, renderer: renderer),
            MemberPages(installation: installation, settings: settings, renderer: renderer),
            InvitationPages(installation: installation, renderer: renderer),
            TokenPages(installation: installation, renderer: renderer),
        ]
    }

    /// The body of an answer that the server gives before any handler: for its `onRefusal`.
    @Sendable package func refusal(_ status: Status, _ request: Request?) -> Response {
        let route = status == .contentTooLarge ? request.flatMap(router.route) : nil
        return problems.refusal(status, request, bodyBytesMax: route?.bodyBytesMax)
    }
}
