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
    let database: SQLiteDatabase
    let sealer: Sealer

    /// Makes the folder, the key and the tables where they are missing.
    ///
    /// - Parameter beginning: whether there may be no store yet. To list what is in the wrong folder
    ///   must not make one there.
    /// - Throws: `CommandFailure`.
    static func open(_ options: StoreOptions, beginning: Bool = true) async throws -> Store {
        let settings = try options.settings()
        let resources = try ResourcesFolder.find(settings, flag: options.resources)
        let folder = settings.text("data", flag: options.data) ?? "./data"
        let path = try databasePath(settings, flag: options.database, in: folder)
        guard beginning || FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure.configuration(
                "there is no store at \(path); name its folder with --data, or begin one with "
                    + "matou serve or matou user add")
        }
        try DataFolder.prepare(folder)
        do {
            let sealer = try Sealer.keyFile(
                at: folder + "/secret.key", randomness: .system)
            let database = try SQLiteDatabase(path: path)
            _ = try await Migrations(directory: resources + "/migrations").apply(to: database)
            return Store(
                folder: folder, resources: resources, database: database, sealer: sealer)
        } catch {
            throw CommandFailure.configuration("the store in \(folder) cannot be opened: \(error)")
        }
    }

    /// An installation over this store, with WeChat where `gateway` says.
    func installation(
        gateway: Gateway, publicURL: String = "http://127.0.0.1:8080",
        onJobEvent: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) -> Installation {
        Installation(
            .init(
                database: database, sealer: sealer, gateway: gateway, dataFolder: folder,
                publicURL: publicURL,
                onJobEvent: onJobEvent))
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
