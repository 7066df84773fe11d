import ArgumentParser
import Foundation

/// `matou`: the one program.
@main
struct Matou: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matou",
        abstract: "Channel codes for WeChat: makes them, answers who scans them, counts who came.",
        subcommands: [
            ServeCommand.self, MockCommand.self, QRCommand.self, ReadCommand.self,
            UserCommand.self, WorkspaceCommand.self, TokenCommand.self, RebuildCommand.self,
        ])

    /// Every failure is one line on standard error that says what to do, and a status that a script
    /// can tell apart: 64 wrong usage, 78 wrong configuration, 1 anything else.
    static func main() async {
        do {
            let arguments = try Settings.filled(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            fail(failure.words, status: failure.status)
        } catch {
            switch exitCode(for: error) {
            case .failure: fail(String(describing: error), status: 1)
            // Help and versions are what was asked for.
            case .success: exit(withError: error)
            case let code:
                fail(
                    "\(message(for: error)); matou help and matou help COMMAND tell more",
                    status: code.rawValue)
            }
        }
    }

    private static func fail(_ words: String, status: Int32) -> Never {
        let line = words.replacing("\n", with: " ")
        FileHandle.standardError.write(Data("matou: \(line)\n".utf8))
        Foundation.exit(status)
    }
}

/// A failure whose words are for the operator.
struct CommandFailure: Error {
    let words: String
    let status: Int32

    /// A wrong flag, variable or file, or a place that cannot be used: EX_CONFIG of sysexits.
    static func configuration(_ words: String) -> CommandFailure {
        CommandFailure(words: words, status: 78)
    }

    /// A setting with a wrong value: wrong usage when its flag gave it, EX_USAGE of sysexits.
    static func setting(_ words: String, flag: Any?) -> CommandFailure {
        flag == nil ? configuration(words) : CommandFailure(words: words, status: 64)
    }

    static func other(_ words: String) -> CommandFailure {
        CommandFailure(words: words, status: 1)
    }
}
