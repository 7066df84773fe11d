import Foundation

/// All the servers that are measured, each on a port of its own.
final class Field {
    let contestants: [Contestant]
    private let folder: URL
    private let seconds: Int

    init(folder: URL, seconds: Int) throws {
        self.folder = folder
        self.seconds = seconds
        let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        func program(_ name: String) -> String { binaries.appending(path: name).path }
        let port = 20_000 + Int(getpid()) % 10_000
        contestants = [
            try Contestant("bare loop", [program("BareLoop"), "\(port)"], port: port),
            try Contestant("this server", [program("OurServer"), "\(port + 1)"], port: port + 1),
            try Contestant(
                "nginx", ["nginx", "-c", Self.nginx(port: port + 2, folder)], port: port + 2),
            try Contestant(
                "Hummingbird", [program("HummingbirdServer"), "\(port + 3)"], port: port + 3,
                environment: ["NIO_SINGLETON_GROUP_LOOP_COUNT": "1"]),
        ]
        for contestant in contestants { try contestant.awaitReadiness() }
    }

    func stop() {
        for contestant in contestants { contestant.stop() }
    }

    func contestant(_ name: String) -> Contestant? {
        contestants.first { $0.name == name }
    }

    /// The servers take turns, so that what else the machine does falls on all of them.
    func measure(_ load: Load, rounds: Int, among names: [String]? = nil) throws -> Results {
        let chosen = contestants.filter { names?.contains($0.name) ?? true }
        var results = Results(names: chosen.map(\.name))
        for _ in 0..<rounds {
            for contestant in chosen {
                results.add(
                    try load.run(against: contestant, seconds: seconds, folder: folder),
                    of: contestant)
            }
        }
        return results
    }

    private static func nginx(port: Int, _ folder: URL) throws -> String {
        let page = String(repeating: "x", count: 2048)
        try page.write(to: folder.appending(path: "2k"), atomically: true, encoding: .utf8)
        let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path)/\($0);"
        }
        let configuration = """
            daemon off; worker_processes 1; pid \(folder.path)/nginx.pid; error_log /dev/null;
            events { worker_connections 4096; }
            http {
                access_log /dev/null combined buffer=64k; keepalive_requests 1000000000;
                default_type text/plain; \(scratch.joined(separator: " "))
                server {
                    listen 127.0.0.1:\(port) backlog=4096; root \(folder.path);
                    location = /plain { return 200 "Hello, world! 12345\\n"; }
                    location = /echo { return 200 "Hello, world! 12345\\n"; }
                }
            }
            """
        let file = folder.appending(path: "nginx.conf")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }
}

/// What each server did in each round of one load.
struct Results {
    let names: [String]
    private var rounds: [String: [Load.Result]] = [:]
    private var residentKilobytes: [String: Int] = [:]

    init(names: [String]) {
        self.names = names
    }

    mutating func add(_ result: Load.Result, of contestant: Contestant) {
        rounds[contestant.name, default: []].append(result)
        residentKilobytes[contestant.name] = contestant.residentKilobytes
    }

    func median(_ name: String, of figure: (Load.Result) -> Double) -> Double {
        Bench.median((rounds[name] ?? []).map(figure))
    }

    /// The median of the ratios within each round.
    func ratio(of name: String, to other: String, _ figure: (Load.Result) -> Double) -> Double {
        Bench.median(
            zip(rounds[name] ?? [], rounds[other] ?? []).map { figure($0) / max(figure($1), 1e-9) })
    }

    func report() {
        for name in names {
            let ratio = ratio(of: name, to: "bare loop", \.requestsPerSecond)
            say(
                String(
                    format:
                        "  %-12@ %8.0f/s  ratio %.2f  %6.1f us CPU  p50 %6.2f ms  p99 %6.2f ms  %6d KB",
                    name as NSString, median(name, of: \.requestsPerSecond), ratio,
                    median(name, of: \.processorMicroseconds),
                    median(name, of: \.medianMilliseconds), median(name, of: \.p99Milliseconds),
                    residentKilobytes[name] ?? 0))
        }
    }
}
