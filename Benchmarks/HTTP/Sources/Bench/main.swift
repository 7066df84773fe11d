// Measures HTTP servers against each other, round by round on the same processors, and prints ratios to the bare loop.
// usage: Bench [ROUNDS [SECONDS]]     needs wrk and taskset; nginx takes part when it is installed
import Foundation

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let rounds = numbers.first ?? 5
let seconds = numbers.dropFirst().first ?? 1
let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
let folder = FileManager.default.temporaryDirectory.appending(path: "http-bench-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

let firstPort = 20_000 + Int(getpid()) % 20_000

func nginx(port: Int) throws -> Contestant? {
    guard
        let path = ["/usr/sbin/nginx", "/usr/bin/nginx"].first(
            where: FileManager.default.isExecutableFile)
    else { return nil }
    let page = String(repeating: "x", count: 2048)
    try page.write(to: folder.appending(path: "2k"), atomically: true, encoding: .utf8)
    let configuration = """
        daemon off; worker_processes 1; pid \(folder.path)/nginx.pid; error_log /dev/null;
        events { worker_connections 4096; }
        http {
            access_log \(folder.path)/access.log combined buffer=64k; keepalive_requests 1000000000; default_type text/plain;
            client_body_temp_path \(folder.path)/b; proxy_temp_path \(folder.path)/p; fastcgi_temp_path \(folder.path)/f;
            uwsgi_temp_path \(folder.path)/u; scgi_temp_path \(folder.path)/s;
            server {
                listen 127.0.0.1:\(port); root \(folder.path);
                location = /plain { return 200 "Hello, world! 12345\\n"; }
                location = /echo { return 200 "Hello, world! 12345\\n"; }
            }
        }
        """
    let file = folder.appending(path: "nginx.conf")
    try configuration.write(to: file, atomically: true, encoding: .utf8)
    return try Contestant("nginx", [path, "-c", file.path], port: port)
}

var contestants = [
    try Contestant(
        "bare loop", [binaries.appending(path: "BareLoop").path, "\(firstPort)"], port: firstPort),
    try Contestant(
        "this server", [binaries.appending(path: "OurServer").path, "\(firstPort + 1)"],
        port: firstPort + 1),
]
if let nginx = try nginx(port: firstPort + 2) { contestants.append(nginx) }
let hummingbird = binaries.appending(path: "HummingbirdServer").path
if FileManager.default.isExecutableFile(atPath: hummingbird) {
    contestants.append(
        try Contestant(
            "Hummingbird", [hummingbird, "\(firstPort + 3)"], port: firstPort + 3,
            environment: ["NIO_SINGLETON_GROUP_LOOP_COUNT": "1"]))
}
defer { for contestant in contestants { contestant.stop() } }
Thread.sleep(forTimeInterval: 1)

print(
    "\(rounds) rounds of \(seconds) s; server on processor 0, wrk on processor 1; medians. ratio = requests/s to the bare loop of the same round"
)
for load in Load.all {
    print("\n\(load.name)")
    var results: [String: [Load.Result]] = [:]
    for _ in 0..<rounds {
        for contestant in contestants {
            results[contestant.name, default: []].append(
                try load.run(against: contestant, seconds: seconds, folder: folder))
        }
    }
    let bare = results["bare loop"] ?? []
    for contestant in contestants {
        let own = results[contestant.name] ?? []
        let ratio = median(
            zip(own, bare).map { $0.requestsPerSecond / max($1.requestsPerSecond, 1) })
        print(
            String(
                format:
                    "  %-12@ %8.0f/s  ratio %.2f  %6.1f us CPU  p50 %6.2f ms  p99 %6.2f ms  %6d KB",
                contestant.name as NSString, median(own.map(\.requestsPerSecond)), ratio,
                median(own.map(\.processorMicroseconds)), median(own.map(\.medianMilliseconds)),
                median(own.map(\.p99Milliseconds)), contestant.residentKilobytes))
    }
}
