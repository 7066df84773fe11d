import Foundation
import Synchronization
import TestSupport

/// A program that runs beside a test and is gone after it.
package final class BackgroundProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let identifier: Int32
    private let output: Mutex<Data>
    private let process: Mutex<Process>

    /// - Parameter program: a name on the PATH, or a path.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        identifier = process.processIdentifier
        output = Mutex(Data())
        self.process = Mutex(process)
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let bytes = handle.availableData
            if bytes.isEmpty { handle.readabilityHandler = nil }
            self?.output.withLock { $0.append(bytes) }
        }
    }

    deinit { kill(identifier, SIGKILL) }

    /// What it wrote to standard output and standard error until now.
    package var written: String { output.withLock { String(decoding: $0, as: UTF8.self) } }

    package var isRunning: Bool { process.withLock(\.isRunning) }

    /// Its exit status, once it has ended.
    package var status: Int32? { process.withLock { $0.isRunning ? nil : $0.terminationStatus } }

    package func send(_ signal: Int32) { kill(identifier, signal) }

    /// Ends it: politely, then not.
    package func stop() {
        kill(identifier, SIGTERM)
        process.withLock { process in
            let end = Date().addingTimeInterval(5)
            while process.isRunning, Date() < end { usleep(10_000) }
            if process.isRunning { kill(identifier, SIGKILL) }
            process.waitUntilExit()
        }
    }

    /// Runs a program to its end and returns what it wrote.
    ///
    /// - Throws: `Failure` for another status than 0.
    package static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let process = try BackgroundProcess(program, arguments)
        guard await eventually(within: .seconds(120), { process.status != nil }) else {
            throw Failure(description: "\(program) does not end")
        }
        // The last bytes may still be in the pipe when the process has gone.
        try? await Task.sleep(for: .milliseconds(50))
        guard process.status == 0 else {
            throw Failure(
                description: "\(program) ended with \(process.status ?? -1): \(process.written)")
        }
        return process.written
    }
}
