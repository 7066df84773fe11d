import ArgumentParser
import Matou

/// The flag of the commands that act in one workspace.
struct WorkspaceOption: ParsableArguments {
    @Option(
        help: """
            The workspace, by its id or its name; the oldest if left out. The first person makes it.
            """)
    var workspace: String?

    func principal(_ installation: Installation) async throws -> Principal {
        try await installation.operatorPrincipal(in: workspace)
    }
}
