import ArgumentParser
import Foundation
import Jobs
import Matou
import SQL
import SQLite
import WeChat

/// The flags of every command that opens the store.
struct StoreOptions: ParsableArguments {
    @Option(help: "The folder of the database and its key. MATOU_DATA; ./data if left out.")
    var data: String?

    @Option(
        help: """
            The database, sqlite:PATH. MATOU_DATABASE; matou.db in the data folder if left out.
            """)
    var database: String?

    @Option(help: "A JSON file with settings by their flags' names. MATOU_CONFIG.")
    var config: String?

    @Option(help: "The Resources folder, found by itself where nothing is moved. MATOU_RESOURCES.")
    var resources: String?

    func settings() throws(CommandFailure) -> Settings { try Settings(file: config) }
}

/// The opened store and what seals its secrets.
struct Store {
    let folder: String
    let resources: String
    let locales: Locales
    let database: SQLiteDatabase
    let sealer: Sealer
    /// Held while this process serves the store, or has it for itself.
    let lock: StoreLock?

    /// Makes the folder, the key and the tables where they are missing.
    ///
    /// The tables are changed by a process that holds the lock only, never under a server that runs.
    ///
    /// - Parameters:
    ///   - beginning: whether there may be no store yet. To list what is in the wrong folder must not
    ///     make one there.
    ///   - serving: whether the lock is kept.
    /// - Throws: `CommandFailure`.
    static func open(
        _ options: StoreOptions, beginning: Bool = true, serving: Bool = false
    ) async throws -> Store {
        let settings = try options.settings()
        let resources = try ResourcesFolder.find(settings, flag: options.resources)
        let locales = try locales(resources)
        let folder = settings.text("data", flag: options.data) ?? "./data"
        let path = try databasePath(settings, flag: options.database, in: folder)
        guard beginning || FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure.configuration(
                "there is no store at \(path); name its folder with --data, or begin one with "
                    + "matou serve or matou user add")
        }
        try DataFolder.prepare(folder)
        let lock = serving ? try StoreLock(folder: folder, database: path, for: .serving) : nil
        do {
            let sealer = try Sealer.keyFile(
                at: folder + "/secret.key", randomness: .system)
            let database = try SQLiteDatabase(path: path)
            let migrations = try Migrations(directory: resources + "/migrations")
            if try await !migrations.pending(in: database).isEmpty {
                let migrating =
                    try lock ?? StoreLock(folder: folder, database: path, for: .migrating)
                try await migrations.apply(to: database)
                withExtendedLifetime(migrating) {}
            }
            try await database.expectManyRows(by: "workspace_id")
            return Store(
                folder: folder, resources: resources, locales: locales, database: database,
                sealer: sealer, lock: lock)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.configuration("the store in \(folder) cannot be opened: \(error)")
        }
    }

    /// An installation over this store, with WeChat where `gateway` says.
    func installation(
        gateway: Gateway, publicURL: String = "http://127.0.0.1:8080", demoClock: DemoClock? = nil,
        exportBytesMax: Int = Export.keptBytesMax,
        onJobEvent: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) -> Installation {
        Installation(
            .init(
                database: database, sealer: sealer, gateway: gateway, locales: locales,
                dataFolder: folder, publicURL: publicURL, clock: demoClock?.wallClock ?? .system,
                exportBytesMax: exportBytesMax,
                onJobEvent: onJobEvent))
    }

    private static func locales(_ resources: String) throws(CommandFailure) -> Locales {
        do throws(LocaleError) {
            return try Locales(directory: resources + "/locales")
        } catch {
            throw .configuration("the texts in \(resources) do not fit: \(error)")
        }
    }

    private static func databasePath(
        _ settings: Settings, flag: String?, in folder: String
    ) throws(CommandFailure) -> String {
        guard let url = settings.text("database", flag: flag) else { return folder + "/matou.db" }
        guard url.hasPrefix("sqlite:"), url.count > 7 else {
            throw .setting("database is \(url); this version takes sqlite:PATH", flag: flag)
        }
        return String(url.dropFirst(7))
    }
}
