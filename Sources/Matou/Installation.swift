package import Jobs
package import SQL
package import WeChat

/// Everything that Matou does, wired together over one database.
package struct Installation: Sendable {
    package let workspaces: Workspaces
    package let members: Members
    package let sessions: Sessions
    package let invitations: Invitations
    package let throttle: Throttle
    package let tokens: APITokens
    package let accounts: Accounts
    package let groups: CodeGroups
    package let tags: Tags
    package let contacts: Contacts
    package let forms: Forms
    package let audiences: Audiences
    package let journal: Journal
    package let qrCodes: QRCodes
    package let logos: Logos
    package let designs: CodeDesigns
    package let materials: Materials
    package let articles: Articles
    package let newsCards: NewsCards
    package let listColumns: ListColumns
    package let exports: Exports
    package let imports: Imports
    package let callbacks: Callbacks
    package let stats: Stats
    package let revisions: Revisions
    package let jobs: JobQueue
    package let locales: Locales
    package let clock: WallClock
    package let randomness: Randomness

    private let database: any Database

    /// What the installation does not make itself.
    package struct Surroundings: Sendable {
        package var database: any Database
        package var clock: WallClock
        package var randomness: Randomness
        package var sealer: Sealer
        package var gateway: Gateway
        /// The words of what is written into files, and of pages.
        package var locales: Locales
        /// Where files are kept that are not in the database: materials, the results of exports.
        package var dataFolder: String
        /// Scheme, host and port that WeChat reaches us by, for what it fetches.
        package var publicURL: String
        /// Records of one export; tests take fewer.
        package var exportRecordsMax: Int
        /// Of the results of exports that are kept for a person.
        package var exportBytesMax: Int
        /// scrypt's N as a power of two; tests take less.
        package var passwordCost: Int
        /// One name for each process that shares the database.
        package var process: String
        /// Hears of jobs that failed, for the log.
        package var onJobEvent: @Sendable (JobEvent) -> Void

        package init(
            database: any Database, sealer: Sealer, gateway: Gateway, locales: Locales,
            dataFolder: String, publicURL: String = "http://127.0.0.1:8080",
            clock: WallClock = .system, randomness: Randomness = .system,
            exportRecordsMax: Int = Export.recordsMax,
            exportBytesMax: Int = Export.keptBytesMax, passwordCost: Int = 15,
            process: String = "matou", onJobEvent: @escaping @Sendable (JobEvent) -> Void = { _ in }
        ) {
            self.database = database
            self.clock = clock
            self.randomness = randomness
            self.sealer = sealer
            self.gateway = gateway
            self.locales = locales
            self.dataFolder = dataFolder
            self.publicURL = publicURL
            self.exportRecordsMax = exportRecordsMax
            self.exportBytesMax = exportBytesMax
            self.passwordCost = passwordCost
            self.process = process
            self.onJobEvent = onJobEvent
        }
    }

    package init(_ surroundings: Surroundings) {
        let database = surroundings.database
        let clock = surroundings.clock
        let randomness = surroundings.randomness
        let passwords = Passwords(randomness: randomness, cost: surroundings.passwordCost)
        let sequence = FactSequence()
        let zones = WorkspaceZones(database: database, clock: clock)
        self.database = database
        self.clock = clock
        self.randomness = randomness
        locales = surroundings.locales

        jobs = JobQueue(
            database: database, owner: surroundings.process,
            now: { clock.now().milliseconds }, report: surroundings.onJobEvent)
        let dayMoving = DayMoving(database: database)
        workspaces = Workspaces(
            database: database, clock: clock, randomness: randomness, jobs: jobs,
            dayMoving: dayMoving)
        members = Members(
            database: database, clock: clock, randomness: randomness, passwords: passwords)
        throttle = Throttle(database: database, clock: clock)
        sessions = Sessions(
            database: database, clock: clock, randomness: randomness, passwords: passwords,
            throttle: throttle)
        invitations = Invitations(
            database: database, clock: clock, randomness: randomness, passwords: passwords,
            throttle: throttle)
        tokens = APITokens(database: database, clock: clock, randomness: randomness)
        let wechat = WeChatAccounts(
            database: database, clock: clock, sealer: surroundings.sealer,
            gateway: surroundings.gateway, process: surroundings.process)
        let keys = CallbackKeyCache(
            database: database, clock: clock, sealer: surroundings.sealer)
        accounts = Accounts(
            database: database, clock: clock, randomness: randomness,
            sealer: surroundings.sealer, wechat: wechat, callbackKeys: keys)
        groups = CodeGroups(database: database, clock: clock, randomness: randomness)
        qrCodes = QRCodes(
            database: database, clock: clock, randomness: randomness, accounts: accounts,
            wechat: wechat, jobs: jobs)
        logos = Logos(database: database, clock: clock, randomness: randomness)
        designs = CodeDesigns(database: database, clock: clock, logos: logos)
        let files = MaterialFiles(folder: surroundings.dataFolder + "/materials")
        materials = Materials(
            database: database, clock: clock, randomness: randomness, files: files)
        newsCards = NewsCards(database: database, clock: clock, randomness: randomness)
        articles = Articles(
            database: database, clock: clock, randomness: randomness, wechat: wechat, files: files)
        let media = TemporaryMediaKeeper(
            database: database, clock: clock, wechat: wechat, files: files)
        listColumns = ListColumns(database: database)
        let exportFiles = ExportFiles(dataFolder: surroundings.dataFolder)
        exports = Exports(
            database: database, clock: clock, randomness: randomness, jobs: jobs,
            sealer: surroundings.sealer, files: exportFiles, locales: locales,
            keptBytesMax: surroundings.exportBytesMax)
        imports = Imports(
            database: database, clock: clock, randomness: randomness, accounts: accounts,
            jobs: jobs)
        tags = Tags(
            database: database, clock: clock, randomness: randomness, wechat: wechat, jobs: jobs)
        contacts = Contacts(database: database, clock: clock, randomness: randomness)
        forms = Forms(
            database: database, clock: clock, randomness: randomness, sealer: surroundings.sealer,
            sequence: sequence, workspaces: zones,
            throttle: throttle)
        journal = Journal(database: database)
        audiences = Audiences(
            database: database, clock: clock, randomness: randomness, jobs: jobs)
        callbacks = Callbacks(
            clock: clock, keys: keys,
            intake: Intake(database: database, clock: clock, sequence: sequence, jobs: jobs))
        stats = Stats(database: database, clock: clock)
        revisions = Revisions(database: database)

        dayMoving.register(with: jobs)
        qrCodes.register(with: jobs)
        media.register(with: jobs)
        ExportWriting(
            database: database, clock: clock, files: exportFiles, locales: locales,
            recordsMax: surroundings.exportRecordsMax
        ).register(with: jobs, exports)
        ImportMaking(database: database, clock: clock, randomness: randomness, wechat: wechat)
            .register(with: jobs)
        AudienceBuilding(database: database, clock: clock).register(with: jobs)
        UnionIDs(database: database, clock: clock, randomness: randomness, wechat: wechat)
            .register(with: jobs)
        FollowerTagging(database: database, clock: clock, wechat: wechat).register(with: jobs)
        ReplySending(
            database: database, clock: clock, workspaces: zones,
            sequence: sequence, wechat: wechat,
            messages: ReplyMessages(
                database: database, media: media, forms: forms,
                publicURL: surroundings.publicURL)
        ).register(with: jobs)
    }

    /// Whether the store answers: what readiness means.
    package func isReady() async -> Bool {
        (try? await database.read { try $0.row("SELECT 1 AS one") }) != nil
    }

    /// A principal for the operator's commands: owner of one workspace.
    ///
    /// - Parameter place: its id, or its name if no other has it; nil for the oldest.
    /// - Throws: `Refusal.missing` before anybody has set up, and when it is not clear which is meant.
    package func operatorPrincipal(in place: String? = nil) async throws -> Principal {
        var found = try await workspaces.list()
        if let place {
            found = found.filter { $0.id.text == place || $0.name == place }
            guard found.count == 1 else { throw Refusal.missing }
        }
        guard let workspace = found.first else { throw Refusal.missing }
        return Principal(workspace: workspace.id, actor: "operator", role: .owner)
    }

    package func workspace(of principal: Principal) async throws -> Workspace {
        guard let found = try await database.read({ try $0.workspace(principal.workspace) }) else {
            throw Refusal.missing
        }
        return found
    }
}
