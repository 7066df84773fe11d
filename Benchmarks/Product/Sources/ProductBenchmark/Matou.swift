import Foundation

/// The built program, serving from the first processor over a folder of its own.
final class Matou {
    let port: Int
    let database: String
    private let program: String
    private let data: String
    private let process: Process
    private var token = ""

    /// - Parameter folder: where its data goes; what was there is removed.
    init(_ program: String, folder: String, wechatPort: Int) throws {
        self.program = program
        data = folder + "/matou"
        database = data + "/matou.db"
        port = try Socket.listening().port
        try? FileManager.default.removeItem(atPath: data)
        let wechat = "http://127.0.0.1:\(wechatPort)"
        process = try start(
            onFirstProcessor([
                program, "serve", "--port", String(port), "--data", data, "--log-level", "error",
                "--wechat-api-url", wechat, "--wechat-mp-url", wechat,
            ]), output: Pipe())
        do {
            try awaitReadiness()
            try command(["user", "add", "bench@example.com", "--password", "harbour-2026"])
            token = try command(["token", "add", "bench", "--role", "owner"])
        } catch {
            stop()
            throw error
        }
    }

    private func awaitReadiness() throws {
        let deadline = Date(timeIntervalSinceNow: 30)
        while (try? exchange("GET", "/readyz", body: nil)) == nil {
            guard process.isRunning, Date() < deadline else {
                throw Failure("\(program) does not serve")
            }
            usleep(20_000)
        }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Calls the REST API.
    func api(_ method: String, _ path: String, _ members: [String: Any]? = nil) throws
        -> [String: Any]
    {
        let answer = try exchange(
            method, "/api/v1" + path,
            body: members.map { try JSONSerialization.data(withJSONObject: $0) })
        let object = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
        return object ?? [:]
    }

    /// A number of `/metrics`.
    func metric(_ name: String) throws -> Double {
        let text = String(decoding: try exchange("GET", "/metrics", body: nil), as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix(name + " ") {
            return Double(line.dropFirst(name.count + 1)) ?? 0
        }
        throw Failure("/metrics has no \(name)")
    }

    /// Calls the REST API for a file, and reads it to the end of the connection.
    ///
    /// - Returns: how many bytes came.
    func download(_ method: String, _ path: String, _ members: [String: Any]) throws -> Int {
        let body = try JSONSerialization.data(withJSONObject: members)
        let head = """
            \(method) /api/v1\(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: close\r
            Authorization: Bearer \(token)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            \r

            """
        let socket = try Socket.connected(to: port)
        try socket.write(Array(head.utf8) + body)
        var count = 0
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let read = room.withUnsafeMutableBytes {
                recv(socket.descriptor, $0.baseAddress, $0.count, 0)
            }
            guard read >= 0 else { throw Failure.system("recv") }
            if read == 0 { return count }
            count += read
        }
    }

    /// The time of the processor that it has taken so far, all threads together.
    func processorNanoseconds() throws -> UInt64 {
        let nanoseconds = ProductBenchmark.processorNanoseconds(of: process.processIdentifier)
        guard nanoseconds > 0 else { throw Failure("the process has no clock") }
        return nanoseconds
    }

    /// Begins anew to follow the highest resident memory (proc(5), clear_refs).
    func forgetPeak() throws {
        try "5".write(
            toFile: "/proc/\(process.processIdentifier)/clear_refs", atomically: false,
            encoding: .utf8)
    }

    /// The highest resident memory since then.
    func peakMegabytes() throws -> Double {
        let status = try String(
            contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]
            return (Double(kibibytes) ?? 0) / 1000
        }
        throw Failure("the process has no VmHWM")
    }

    private func exchange(_ method: String, _ path: String, body: Data?) throws -> [UInt8] {
        let body = body ?? Data()
        let head = """
            \(method) \(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Authorization: Bearer \(token)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            \r

            """
        let answer = try Line(port: port).exchange(Array(head.utf8) + body)
        guard (200..<300).contains(answer.status) else {
            throw Failure(
                "\(method) \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
            )
        }
        return answer.body
    }

    @discardableResult
    private func command(_ arguments: [String]) throws -> String {
        try run([program] + arguments + ["--data", data])
    }
}
