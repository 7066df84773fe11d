import ArgumentParser
import Matou

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Drops every figure and counts it again from the journal.",
        discussion: "No fact is touched. Callbacks wait until it is done, so do it at a quiet hour."
    )

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await withInstallation(store) { installation in
            let principal = try await installation.operatorPrincipal()
            try await installation.stats.rebuild(for: principal)
        }
    }
}
