import Foundation

/// A Python with wechatpy, in an environment that is made once and kept in the temporary folder.
struct Python: Sendable {
    private let interpreter: String
    private static let scripts = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "wechatpy").path
    private static let making = Making()

    struct CannotPrepare: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: `CannotPrepare` with what python3 or pip said. Debian's python3-venv is needed.
    static func withWechatpy() async throws -> Python {
        try await making.python()
    }

    /// Runs a script to its end.
    func run(_ script: String, _ arguments: String...) async throws -> (
        status: Int32, output: String
    ) {
        try await Self.run([interpreter, "\(Self.scripts)/\(script)"] + arguments)
    }

    /// Starts a script that goes on until it is killed.
    func start(_ script: String, _ arguments: String...) throws -> Child {
        try Child([interpreter, "\(Self.scripts)/\(script)"] + arguments)
    }

    private static func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let child = try Child(arguments)
        return try await child.finish()
    }

    private actor Making {
        private var made: Task<Python, any Error>?

        func python() async throws -> Python {
            let task = made ?? Task { try await Self.make() }
            made = task
            return try await task.value
        }

        private static func make() async throws -> Python {
            let folder = FileManager.default.temporaryDirectory
                .appending(path: "matou-wechatpy-1.8.18-\(getuid())").path
            let python = Python(interpreter: "\(folder)/bin/python3")
            let isReady = "import wechatpy, cryptography; assert wechatpy.__version__ == '1.8.18'"
            if FileManager.default.isExecutableFile(atPath: python.interpreter),
                try await Python.run([python.interpreter, "-c", isReady]).status == 0
            {
                return python
            }
            try await step(["python3", "-m", "venv", "--clear", folder])
            try await step([
                python.interpreter, "-m", "pip", "install", "-q", "-r",
                "\(Python.scripts)/requirements.txt",
            ])
            return python
        }

        private static func step(_ arguments: [String]) async throws {
            let (status, output) = try await Python.run(arguments)
            guard status == 0 else {
                throw CannotPrepare(
                    description: "\(arguments.joined(separator: " ")) failed: \(output)")
            }
        }
    }
}
