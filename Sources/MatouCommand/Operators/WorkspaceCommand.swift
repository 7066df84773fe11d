import ArgumentParser
import Foundation
import Matou

struct WorkspaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workspace", abstract: "Adds and lists workspaces.",
        subcommands: [Add.self, List.self])

    struct Add: AsyncParsableCommand, SettableCommand {
        static let path = ["workspace", "add"]
        static let options = ["time-zone"]
        static let configuration = CommandConfiguration(
            abstract: "Adds an empty workspace and prints its id.",
            discussion: "Its owner is added with matou user add EMAIL --role owner --workspace ID.")

        @Argument(help: "What it is called.") var name: String
        @Option(help: "The zone in which its days begin, which stays.")
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
