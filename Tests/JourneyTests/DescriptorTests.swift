import Foundation
import Glibc
import TestSupport
import TestWorld
import Testing

/// The program when it has no descriptors left.
@Suite(.timeLimit(.minutes(3))) struct `A server without descriptors` {
    @Test func `lets who comes wait, and takes them in when there is room again`() async throws {
        let matou = try await RunningMatou([])
        let process = matou.process.identifier
        let limit = try Self.openDescriptors(of: process) + 20
        try await Self.setDescriptors(of: process, to: limit)
        var silent = try (0..<80).map { _ in try SilentClient(port: matou.port) }
        #expect(
            try await eventually { try Self.openDescriptors(of: process) >= limit - 5 })
        let port = matou.port
        let waiting = Task { try await PlainHTTP.send("GET", port: port, path: "/healthz") }
        // It is in nobody's way meanwhile: a pause is not a spin.
        let before = try Self.processorTime(of: process)
        try await Task.sleep(for: .seconds(1))
        #expect(try Self.processorTime(of: process) - before < 0.5)

        silent.removeAll()
        #expect(try await waiting.value.status == 200)
        let metrics = try await PlainHTTP.send("GET", port: port, path: "/metrics").text
        let pauses = metrics.firstMatch(of: /\nmatou_http_accept_pauses_total (\d+)/)
        #expect(Int(pauses?.1 ?? "0") ?? 0 > 0)
    }

    @Test func `asks who wants a file to come again, and logs why`() async throws {
        let matou = try await RunningMatou([])
        _ = try await matou.command(["user", "add", "a@example.com", "--password", "harbour-2026"])
        let token = try await matou.command(["token", "add", "files", "--role", "editor"])
        let uploaded = try await PlainHTTP.send(
            "POST", port: matou.port, path: "/api/v1/materials?name=a",
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "image/png")],
            body: MediaBytes.png())
        let material = try #require(try uploaded.object()["id"] as? String, "\(uploaded.text)")
        func file() async throws -> PlainHTTP.Answer {
            try await matou.api("GET", "/materials/\(material)/file", token: token)
        }
        #expect(try await file().status == 200)

        // One is left, for the connection.
        let process = matou.process.identifier
        let numbers = try Self.descriptors(of: process)
        let limit = (0...).first { !numbers.contains($0) }.map { $0 + 1 } ?? 0
        try await Self.setDescriptors(of: process, to: limit)
        let refused = try await file()
        #expect(refused.status == 503 && refused.header("Retry-After") == "1")
        #expect(matou.process.written.contains("Too many open files"))
        try await Self.setDescriptors(of: process, to: 1024)
        #expect(try await file().status == 200)
    }

    private static func setDescriptors(of process: Int32, to limit: Int) async throws {
        _ = try await BackgroundProcess.run(
            "prlimit", ["--pid", "\(process)", "--nofile=\(limit):1024"])
    }

    private static func descriptors(of process: Int32) throws -> Set<Int> {
        Set(
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
                .compactMap(Int.init))
    }

    private static func openDescriptors(of process: Int32) throws -> Int {
        try descriptors(of: process).count
    }

    /// In seconds, as proc(5) counts them.
    private static func processorTime(of process: Int32) throws -> Double {
        let fields = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            .split(separator: " ")
        let ticks = [13, 14].compactMap { Double(fields[$0]) }.reduce(0, +)
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// Connects and says nothing.
private final class SilentClient {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isConnected, "nobody listens on \(port)")
    }

    deinit { close(descriptor) }
}
