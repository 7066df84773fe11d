// Measures HTTP servers against each other, round by round on the same processors, and prints ratios
// to the bare loop, the gates, and whether each is passed. Exits with 1 when one is missed.
// usage: Bench [ROUNDS [SECONDS [P99-ROUNDS [MATOU]]]]     needs wrk, taskset, nginx; curl for MATOU
import Foundation

let words = Array(CommandLine.arguments.dropFirst())
let rounds = words.first.flatMap { Int($0) } ?? 5
let seconds = words.dropFirst().first.flatMap { Int($0) } ?? 1
let p99Rounds = words.dropFirst(2).first.flatMap { Int($0) } ?? 20
let matou = words.dropFirst(3).first
let folder = FileManager.default.temporaryDirectory.appending(path: "http-bench-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

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
say("\np99 of GET 20 B, 256 connections, \(p99Rounds) rounds")
let tail = try field.measure(
    Load(name: "p99", path: "/plain", connections: 256), rounds: p99Rounds,
    among: ["this server", "nginx"])
gates.judgeTail(tail)
try gates.judgeIdle(IdleConnections(count: 10_000, before: field))
if let matou { try ProductPages(program: matou, folder: folder, seconds: seconds).report() }
gates.report()
exit(gates.isPassed ? 0 : 1)
