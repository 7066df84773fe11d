import ArgumentParser
import Foundation
import Matou

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Adds, lists and removes people who sign in.",
        subcommands: [Add.self, List.self, Password.self, Remove.self])

    struct Add: AsyncParsableCommand, SettableCommand {
        static let path = ["user", "add"]
        static let options = ["name", "role", "password", "workspace", "time-zone"]
        static let configuration = CommandConfiguration(
            abstract: "Adds a person; the first one owns a new workspace.")

        @Argument(help: "The e-mail address to sign in with.") var email: String
        @Option(help: "The person's name; the address if left out.") var name: String?
        @Option(help: "owner, admin, editor or viewer.") var role = Role.editor
        @Option(help: "The password; asked for if left out.") var password: String?
        @Option(help: "The time zone of the workspace that the first person makes.")
        var timeZone = Workspace.defaultTimeZone
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func run() async throws {
            let password = try PasswordPrompt.read(for: email, given: password)
            let draft = Members.Draft(name: name ?? email, email: email, password: password)
            do throws(Refusal) { try draft.check() } catch { throw CommandFailure(error) }
            try await withInstallation(store, beginning: true) { installation in
                let member: Member
                if try await installation.members.isSetUp() {
                    let principal = try await place.principal(installation)
                    let added = try await installation.members.add(
                        draft, role: role, by: principal)
                    member = added.member
                    if added.isKnown {
                        let words =
                            "matou: \(email) signs in already and keeps that password; "
                            + "matou user password \(email) sets another\n"
                        FileHandle.standardError.write(Data(words.utf8))
                    }
                } else {
                    member = try await installation.members.setUp(
                        draft, workspaceName: place.workspace ?? "Matou", timeZone: timeZone)
                }
                print("\(member.user.email)\t\(member.role.rawValue)\t\(member.user.id)")
            }
        }
    }

    struct List: AsyncParsableCommand, SettableCommand {
        static let path = ["user", "list"]
        static let options = ["workspace"]
        static let configuration = CommandConfiguration(abstract: "Lists the people who sign in.")
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                guard try await installation.members.isSetUp() else { return }
                let principal = try await place.principal(installation)
                for member in try await installation.members.list(for: principal) {
                    print("\(member.user.email)\t\(member.role.rawValue)\t\(member.user.name)")
                }
            }
        }
    }

    struct Password: AsyncParsableCommand, SettableCommand {
        static let path = ["user", "password"]
        static let options = ["password"]
        static let configuration = CommandConfiguration(
            abstract: "Gives a person who forgot theirs a password, and ends their sessions.")
        @Argument(help: "The e-mail address.") var email: String
        @Option(help: "The password; asked for if left out.") var password: String?
        @OptionGroup var store: StoreOptions

        func run() async throws {
            let password = try PasswordPrompt.read(for: email, given: password)
            try await withInstallation(store) { installation in
                try await installation.members.setPassword(password, of: email)
            }
        }
    }

    struct Remove: AsyncParsableCommand, SettableCommand {
        static let path = ["user", "remove"]
        static let options = ["workspace"]
        static let configuration = CommandConfiguration(
            abstract: "Takes a person out of a workspace and ends their sessions in it.")
        @Argument(help: "The e-mail address.") var email: String
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await withInstallation(store) { installation in
                let principal = try await place.principal(installation)
                try await installation.members.remove(email: email, by: principal)
            }
        }
    }
}
