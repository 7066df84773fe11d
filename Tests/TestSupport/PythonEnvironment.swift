import Foundation

/// A Python with other people's packages, who share nothing with us. It is made once and kept in the
/// temporary folder.
package actor PythonEnvironment {
    private let folder: String
    private let requirements: String
    private var made: Task<String, any Error>?

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// - Parameters:
    ///   - name: tells it from others.
    ///   - requirements: pip's file of packages and their exact versions.
    package init(_ name: String, requirements: String) {
        folder =
            FileManager.default.temporaryDirectory.appending(path: "matou-\(name)-\(getuid())").path
        self.requirements = requirements
    }

    /// The path of its `python3`.
    ///
    /// - Throws: `Failure` with what python3 or pip said. Debian's python3-venv is needed.
    package func interpreter() async throws -> String {
        let task = made ?? Task { try await make() }
        made = task
        return try await task.value
    }

    /// What a script writes.
    ///
    /// - Throws: `Failure` for another status than 0.
    package func run(_ script: String, _ arguments: [String]) async throws -> String {
        try await Self.output(of: [try await interpreter(), script] + arguments)
    }

    private func make() async throws -> String {
        let interpreter = "\(folder)/bin/python3"
        let installed = "\(folder)/requirements.txt"
        let files = FileManager.default
        if files.isExecutableFile(atPath: interpreter),
            files.contentsEqual(atPath: installed, andPath: requirements)
        {
            return interpreter
        }
        _ = try await Self.output(of: ["python3", "-m", "venv", "--clear", folder])
        _ = try await Self.output(
            of: [interpreter, "-m", "pip", "install", "-q", "-r", requirements])
        try files.copyItem(atPath: requirements, toPath: installed)
        return interpreter
    }

    private static func output(of arguments: [String]) async throws -> String {
        let (status, output) = try await Child(arguments).finish()
        guard status == 0 else {
            throw Failure(
                description: "\(arguments.joined(separator: " ")) ended with \(status): \(output)")
        }
        return output
    }
}
