import Foundation
import TestSupport

/// The built program, serving on ports of its own over a folder of its own.
package final class RunningMatou: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let port: Int
    package let mockPort: Int
    package let folder: TemporaryDirectory
    package let process: BackgroundProcess

    package var url: String { "http://127.0.0.1:\(port)" }
    package var mockURL: String { "http://127.0.0.1:\(mockPort)" }

    /// The program that `MATOU_PROGRAM` names, or the one that was built with the tests.
    package static let program: String = {
        if let named = ProcessInfo.processInfo.environment["MATOU_PROGRAM"] { return named }
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link ?? CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("matou").path
    }()

    /// Starts it and waits until it answers.
    ///
    /// - Parameters:
    ///   - arguments: beside the ports and the data folder.
    ///   - previous: serve this one's folder and ports again, after it has ended.
    package init(
        _ arguments: [String] = ["--demo"], after previous: RunningMatou? = nil,
        in chosen: TemporaryDirectory? = nil, environment: [String: String] = [:]
    ) async throws {
        let port = previous?.port ?? FreePort.next()
        let mockPort = previous?.mockPort ?? FreePort.next()
        folder = try previous?.folder ?? chosen ?? TemporaryDirectory()
        process = try BackgroundProcess(
            Self.program,
            [
                "serve", "--port", String(port), "--mock-port", String(mockPort), "--data",
                folder.path + "/data",
            ] + arguments, environment: environment)
        self.port = port
        self.mockPort = mockPort
        let process = process
        let isReady = await eventually(within: .seconds(60)) {
            if !process.isRunning { return true }
            guard process.written.contains("Matou 码头 is at") else { return false }
            let answer = try? await PlainHTTP.send("GET", port: port, path: "/readyz")
            return answer?.status == 200
        }
        guard isReady, process.isRunning else {
            throw Failure(description: "matou does not serve: \(process.written)")
        }
    }

    /// What the terminal printed to sign in with.
    package var signIn: (email: String, password: String)? {
        guard
            let line = process.written.split(separator: "\n").first(where: {
                $0.contains("sign in with")
            })
        else { return nil }
        let words = line.split(separator: " ").map(String.init)
        guard let email = words.first(where: { $0.contains("@") }),
            let password = words.last
        else { return nil }
        return (email, password)
    }

    /// Runs an operator's command over the same folder.
    package func command(_ arguments: [String]) async throws -> String {
        try await BackgroundProcess.run(
            Self.program, arguments + ["--data", folder.path + "/data"]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Calls the REST API with a token.
    package func api(
        _ method: String, _ path: String, token: String, body: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> PlainHTTP.Answer {
        var fields = [("Authorization", "Bearer \(token)")] + headers
        if body != nil { fields.append(("Content-Type", "application/json")) }
        return try await PlainHTTP.send(
            method, port: port, path: "/api/v1" + path, headers: fields,
            body: Array((body ?? "").utf8))
    }

    /// Drives a person of the mock gateway.
    package func mock(
        _ method: String, _ path: String, _ json: String = "{}"
    ) async throws -> PlainHTTP.Answer {
        try await PlainHTTP.send(
            method, port: mockPort, path: "/mock" + path,
            headers: [("Content-Type", "application/json")], body: Array(json.utf8))
    }
}

extension PlainHTTP.Answer {
    /// The body as a JSON object.
    package func object() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }
}
