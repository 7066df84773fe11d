import ArgumentParser
import Matou

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Drops every figure and counts it again from the journal.",
        discussion: """
            No fact is touched. Stop the server first: WeChat waits for no answer as long as this may \
            take, but delivers again what it could not deliver for some seconds.
            """
    )

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await withInstallation(store, alone: true) { installation in
            for workspace in try await installation.workspaces.list() {
                try await installation.stats.rebuild(
                    for: try await installation.operatorPrincipal(in: workspace.id.text))
            }
        }
    }
}
