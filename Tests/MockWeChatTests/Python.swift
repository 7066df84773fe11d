import Foundation
import Testing

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
    func run(_ script: String, _ arguments: String...) async throws -> (status: Int32, output: String) {
        try await Self.run(interpreter, ["\(Self.scripts)/\(script)"] + arguments)
    }

    /// Starts a script that goes on until it is terminated.
    func start(_ script: String, _ arguments: String...) throws -> Running {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = ["\(Self.scripts)/\(script)"] + arguments
        process.standardOutput = output
        try process.run()
        return Running(process: process, output: output.fileHandleForReading)
    }

    struct Running {
        fileprivate let process: Process
        fileprivate let output: FileHandle

        /// The first line that it prints.
        func readLine() throws -> String {
            var line = Data()
            while let byte = try output.read(upToCount: 1), byte.first != UInt8(ascii: "\n") {
                guard !byte.isEmpty else { break }
                line += byte
            }
            return String(decoding: line, as: UTF8.self)
        }

        func terminate() {
            process.terminate()
            process.waitUntilExit()
        }
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
                try await Python.run(python.interpreter, ["-c", isReady]).status == 0
            {
                return python
            }
            try await step("/usr/bin/env", ["python3", "-m", "venv", "--clear", folder])
            try await step(
                python.interpreter,
                ["-m", "pip", "install", "-q", "-r", "\(Python.scripts)/requirements.txt"])
            return python
        }

        private static func step(_ tool: String, _ arguments: [String]) async throws {
            let (status, output) = try await Python.run(tool, arguments)
            guard status == 0 else {
                throw CannotPrepare(
                    description: "\(arguments.joined(separator: " ")) failed: \(output)")
            }
        }
    }

    private static func run(_ tool: String, _ arguments: [String]) async throws
        -> (status: Int32, output: String)
    {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "mock-output-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try FileHandle(forWritingTo: file)
        let process = Process()
        process.executableURL = URL(filePath: tool)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        let status = try await withCheckedThrowingContinuation { finish in
            process.terminationHandler = { finish.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                finish.resume(throwing: error)
            }
        }
        return (status, try String(contentsOf: file, encoding: .utf8))
    }
}
