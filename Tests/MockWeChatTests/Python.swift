import Foundation
import TestSupport

/// A Python with wechatpy.
struct Python: Sendable {
    private let interpreter: String
    private static let scripts = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "wechatpy").path
    private static let environment = PythonEnvironment(
        "wechatpy", requirements: "\(scripts)/requirements.txt")

    static func withWechatpy() async throws -> Python {
        Python(interpreter: try await environment.interpreter())
    }

    /// Runs a script to its end.
    func run(_ script: String, _ arguments: String...) async throws -> (
        status: Int32, output: String
    ) {
        try await Child([interpreter, "\(Self.scripts)/\(script)"] + arguments).finish()
    }

    /// Starts a script that goes on until it is killed.
    func start(_ script: String, _ arguments: String...) throws -> Child {
        try Child([interpreter, "\(Self.scripts)/\(script)"] + arguments)
    }
}
