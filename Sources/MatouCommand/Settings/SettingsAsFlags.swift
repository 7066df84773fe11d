import ArgumentParser
import Foundation

/// A command each of whose flags may be a setting as well.
protocol SettableCommand: ParsableCommand {
    /// What it is called by, such as `token add`.
    static var path: [String] { get }
    /// The flags with a value, by their names.
    static var options: [String] { get }
    /// The flags that are there or not.
    static var switches: [String] { get }
}

/// The flag that names the file of the others.
struct ConfigOption: ParsableArguments {
    @Option(help: "A JSON file with settings by their flags' names. MATOU_CONFIG.")
    var config: String?
}

extension SettableCommand {
    static var switches: [String] { [] }

    /// The arguments, and before them as flags what the environment and the configuration file say
    /// otherwise, so that both are checked in the same way.
    ///
    /// - Parameter arguments: the first are the command's `path`.
    /// - Throws: `CommandFailure` for a file that cannot be used.
    static func filled(_ arguments: [String]) throws(CommandFailure) -> [String] {
        func isGiven(_ name: String) -> Bool {
            arguments.contains { $0 == "--\(name)" || $0.hasPrefix("--\(name)=") }
        }
        let settings = try Settings(file: value(of: "config", in: arguments))
        var flags: [String] = []
        for name in options where !isGiven(name) {
            if let text = settings.text(name, flag: nil) { flags.append("--\(name)=\(text)") }
        }
        for name in switches where !isGiven(name) {
            if try settings.flag(name, flag: false) { flags.append("--\(name)") }
        }
        return arguments.prefix(path.count) + flags + arguments.dropFirst(path.count)
    }

    private static func value(of name: String, in arguments: [String]) -> String? {
        if let index = arguments.firstIndex(of: "--\(name)") {
            return arguments.indices.contains(index + 1) ? arguments[index + 1] : nil
        }
        return arguments.first { $0.hasPrefix("--\(name)=") }
            .map { String($0.dropFirst(name.count + 3)) }
    }
}

extension Settings {
    /// The commands of which every flag is a setting.
    static let settable: [any SettableCommand.Type] = [
        QRCommand.self, ReadCommand.self, UserCommand.Add.self, UserCommand.List.self,
        UserCommand.Password.self, UserCommand.Remove.self, TokenCommand.Add.self,
        TokenCommand.List.self, TokenCommand.Remove.self, WorkspaceCommand.Add.self,
        WorkspaceCommand.TimeZone.self,
    ]

    /// - Parameter arguments: of the program, without its name.
    static func filled(_ arguments: [String]) throws(CommandFailure) -> [String] {
        guard let command = settable.first(where: { arguments.starts(with: $0.path) }) else {
            return arguments
        }
        return try command.filled(arguments)
    }
}
