import ArgumentParser
import Foundation
import Matou

struct WorkspaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workspace",
        abstract: "Adds and lists workspaces, and changes their time zone.",
        subcommands: [Add.self, List.self, TimeZone.self])

    struct Add: AsyncParsableCommand, SettableCommand {
        static let path = ["workspace", "add"]
        static let options = ["time-zone"]
        static let configuration = CommandConfiguration(
            abstract: "Adds an empty workspace and prints its id.",
            discussion: "Its owner is added with matou user add EMAIL --role owner --workspace ID.")

        @Argument(help: "What it is called.") var name: String
        @Option(help: "The zone in which its days begin.")
        var timeZone = Workspace.defaultTimeZone
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                let workspace = try await installation.workspaces.add(
                    named: name, timeZone: timeZone)
                print(workspace.id)
            }
        }
    }

    struct TimeZone: AsyncParsableCommand, SettableCommand {
        static let path = ["workspace", "time-zone"]
        static let options = ["workspace"]
        static let configuration = CommandConfiguration(
            abstract: "Lets a workspace's days begin in another time zone.",
            discussion: """
                What happened before is moved to the days of the new zone by the server, while it runs.
                """)

        @Argument(help: "An IANA name, such as Asia/Shanghai.") var zone: String
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                try await installation.workspaces.changeTimeZone(
                    to: zone, by: try await place.principal(installation))
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the workspaces.")
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                for workspace in try await installation.workspaces.list() {
                    print("\(workspace.id)\t\(workspace.timeZone.identifier)\t\(workspace.name)")
                }
            }
        }
    }
}
