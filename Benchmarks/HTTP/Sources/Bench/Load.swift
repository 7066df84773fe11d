import Foundation

/// A kind of traffic that wrk makes from the second processor.
struct Load {
    let name: String
    let path: String
    let connections: Int
    /// Lines of Lua.
    var script = ""
    /// Whether the gates for small requests are meant.
    var isSmall = false
    var closes = false

    static let all = [
        Load(name: "GET 20 B, 1 connection", path: "/plain", connections: 1),
        Load(name: "GET 20 B, 64", path: "/plain", connections: 64, isSmall: true),
        Load(name: "GET 20 B, 256", path: "/plain", connections: 256, isSmall: true),
        Load(name: "GET 2 KB, 64", path: "/2k", connections: 64),
        Load(name: "POST 500 B, 64", path: "/echo", connections: 64, script: post, isSmall: true),
        Load(
            name: "POST 500 B, 256", path: "/echo", connections: 256, script: post, isSmall: true),
        Load(
            name: "connection per request, 64", path: "/plain", connections: 64, script: close,
            closes: true),
    ]

    private static let post = """
        wrk.method = "POST"
        wrk.body = string.rep("x", 500)
        wrk.headers["Content-Type"] = "application/json"
        """
    private static let close = "wrk.headers[\"Connection\"] = \"close\""

    struct Result {
        let requests: Double
        /// Answers that were not 2xx or 3xx, and connections that broke.
        let failed: Double
        let requestsPerSecond: Double
        let medianMilliseconds: Double
        let p99Milliseconds: Double
        let processorMicroseconds: Double
    }

    func run(against contestant: Contestant, seconds: Int, folder: URL) throws -> Result {
        let script = folder.appending(path: "load.lua")
        try self.script.write(to: script, atomically: true, encoding: .utf8)
        let before = contestant.processorMicroseconds
        let output = try shell([
            "taskset", "-c", "1", "wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "--latency",
            "-s", script.path,
            "http://127.0.0.1:\(contestant.port)\(path)",
        ])
        let spent = contestant.processorMicroseconds - before
        let requests = number(in: output, before: " requests in") ?? 1
        let failed =
            (number(in: output, after: "Non-2xx or 3xx responses:") ?? 0)
            + (closes ? 0 : number(in: output, after: "read ") ?? 0)
        return Result(
            requests: requests, failed: failed,
            requestsPerSecond: number(in: output, after: "Requests/sec:") ?? 0,
            medianMilliseconds: time(in: output, after: "50%"),
            p99Milliseconds: time(in: output, after: "99%"),
            processorMicroseconds: spent / max(requests, 1))
    }

    private func number(in text: String, after mark: String) -> Double? {
        text.range(of: mark).flatMap {
            Double(text[$0.upperBound...].split(whereSeparator: \.isWhitespace).first ?? "")
        }
    }

    private func number(in text: String, before mark: String) -> Double? {
        text.range(of: mark).flatMap {
            Double(text[..<$0.lowerBound].split(whereSeparator: \.isWhitespace).last ?? "")
        }
    }

    /// wrk prints `90.00us`, `1.20ms` or `1.00s`.
    private func time(in text: String, after mark: String) -> Double {
        guard let range = text.range(of: mark),
            let word = text[range.upperBound...].split(whereSeparator: \.isWhitespace).first
        else { return 0 }
        let digits = Double(word.prefix { $0.isNumber || $0 == "." }) ?? 0
        return word.hasSuffix("us") ? digits / 1000 : word.hasSuffix("ms") ? digits : digits * 1000
    }
}

/// Runs a command to its end and gives what it printed.
func shell(_ command: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
}

func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// Prints at once, also into a pipe.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
