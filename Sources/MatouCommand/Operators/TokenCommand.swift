import ArgumentParser
import Foundation
import Matou

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes, lists and revokes tokens for the API.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand, SettableCommand {
        static let path = ["token", "add"]
        static let options = ["role", "days", "workspace"]
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it. It is shown only now.")

        @Argument(help: "What the token is for.") var name: String
        @Option(help: "viewer, editor, admin or owner: what the bearer may do at most.")
        var role = Role.editor
        @Option(help: "After how many days it ends; never if left out.") var days: Int?
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func validate() throws {
            guard days.map((1...3650).contains) ?? true else {
                throw ValidationError("--days is from 1 to 3650.")
            }
        }

        func run() async throws {
            try await withInstallation(store) { installation in
                let principal = try await place.principal(installation)
                let end = days.map { installation.clock.now() + .seconds($0 * 86_400) }
                let (_, secret) = try await installation.tokens.make(
                    name: name, role: role, expiresAt: end, by: principal)
                print(secret.text)
            }
        }
    }

    struct List: AsyncParsableCommand, SettableCommand {
        static let path = ["token", "list"]
        static let options = ["workspace"]
        static let configuration = CommandConfiguration(abstract: "Lists the tokens.")
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                let principal = try await place.principal(installation)
                for token in try await installation.tokens.list(for: principal) {
                    let state = token.state(at: installation.clock.now())
                    print("\(token.id)\t\(token.role.rawValue)\t\(state)\t\(token.name)")
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand, SettableCommand {
        static let path = ["token", "remove"]
        static let options = ["workspace"]
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token, and with it what was made with it.")
        @Argument(help: "The token's id, as the list shows it.") var id: String
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                let principal = try await place.principal(installation)
                try await installation.tokens.revoke(APIToken.ID(id), by: principal)
            }
        }
    }
}
