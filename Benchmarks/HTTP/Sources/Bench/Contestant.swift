import Foundation

/// A server under measurement, on a port of its own, pinned to the first processor.
final class Contestant {
    let name: String
    let port: Int
    private let process = Process()

    init(_ name: String, _ command: [String], port: Int, environment: [String: String] = [:]) throws
    {
        self.name = name
        self.port = port
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["taskset", "-c", "0"] + command
        var variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Where Debian has nginx.
        variables["PATH", default: "/usr/bin"] += ":/usr/sbin"
        process.environment = variables
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func awaitReadiness(path: String = "/plain") throws {
        let deadline = Date(timeIntervalSinceNow: 30)
        while try shell(["curl", "-s", "http://127.0.0.1:\(port)\(path)"]).isEmpty {
            guard process.isRunning, Date() < deadline else {
                throw Failure("\(name) does not serve")
            }
            usleep(50_000)
        }
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Processor time so far in microseconds, of the process and of those it has started (nginx's worker).
    var processorMicroseconds: Double {
        family.reduce(0) { sum, id in
            guard let line = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                let afterName = line.split(separator: ")").last
            else { return sum }
            let columns = afterName.split(separator: " ")
            guard columns.count > 12, let user = Double(columns[11]),
                let system = Double(columns[12])
            else { return sum }
            return sum + (user + system) * 1_000_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// Resident memory in kilobytes, of the same processes.
    var residentKilobytes: Int {
        family.reduce(0) { sum, id in
            let lines = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
            let line = lines?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            return sum
                + (line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0)
        }
    }

    private var family: [Int32] {
        let id = process.processIdentifier
        let children =
            (try? String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)) ?? ""
        return [id] + children.split(separator: " ").compactMap { Int32($0) }
    }
}
