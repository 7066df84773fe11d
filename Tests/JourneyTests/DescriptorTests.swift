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
        _ = try await BackgroundProcess.run(
            "prlimit", ["--pid", "\(process)", "--nofile=\(limit):\(limit)"])
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

    private static func openDescriptors(of process: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
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
