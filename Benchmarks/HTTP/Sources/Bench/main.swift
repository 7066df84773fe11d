// Measures HTTP servers against each other, round by round on the same processors, and prints ratios
// to the bare loop, the gates, and whether each is passed. Exits with 1 when one is missed.
// usage: Bench [ROUNDS [SECONDS [P99-ROUNDS [MATOU]]]]     needs wrk, taskset, nginx and curl
import Foundation

/// - Returns: Whether every gate is passed.
func bench(_ words: [String], in folder: URL) throws -> Bool {
    let rounds = words.first.flatMap { Int($0) } ?? 5
    let seconds = words.dropFirst().first.flatMap { Int($0) } ?? 1
    let tailRounds = words.dropFirst(2).first.flatMap { Int($0) } ?? 20
    let field = try Field(folder: folder, seconds: seconds)
    defer { field.stop() }
    say(
        "\(rounds) rounds of \(seconds) s; server on processor 0, wrk on processor 1; medians. ratio = requests/s to the bare loop of the same round"
    )
    var gates = Gates()
    for load in Load.all {
        say("\n\(load.name)")
        let results = try field.measure(load, rounds: rounds)
        results.report()
        gates.judge(load, results)
    }
    say("\np99 of GET 20 B, 256 connections, \(tailRounds) rounds")
    let tail = Load(name: "p99", path: "/plain", connections: 256)
    gates.judgeTail(
        try field.measure(tail, rounds: tailRounds, among: ["this server", "nginx"]))
    gates.judgeIdle(try IdleConnections(count: 10_000, before: field))
    if let matou = words.dropFirst(3).first {
        try ProductPages(program: matou, folder: folder, seconds: seconds).report()
    }
    gates.report()
    return gates.isPassed
}

let folder = FileManager.default.temporaryDirectory.appending(path: "http-bench-\(getpid())")
var status: Int32 = 2
do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    status = try bench(Array(CommandLine.arguments.dropFirst()), in: folder) ? 0 : 1
} catch {
    say("the benchmark cannot go on: \(error)")
}
try? FileManager.default.removeItem(at: folder)
exit(status)
