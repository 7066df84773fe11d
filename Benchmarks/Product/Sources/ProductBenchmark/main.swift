// Measures the built program from outside, callbacks in and replies out, and SQLite alone beside it.
// usage: ProductBenchmark --matou PROGRAM --folder DATA [--rounds 5] [--callbacks 8000]
//     [--only "no reply, 512"]
// exits with 1 when a gate is missed
import Foundation

/// Milliseconds from a callback's arrival to its reply at WeChat, at the median.
let latencyGate = 100.0
/// Durable callbacks beside the rate of SQLite alone.
let ratioGate = 0.5

func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

/// How a line ends that a gate is read from.
func verdict(_ isMet: Bool) -> String { isMet ? "   PASS" : "   MISS" }

/// Prints at once, also into a pipe.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// Commits in a process of its own, on the processor that Matou has, and prints what came of it.
func servePeer(_ arguments: Arguments) throws {
    let peer = PlainSQLite(
        source: try arguments.text("source"), target: try arguments.text("target"))
    let outcome = try peer.run(
        after: Int64(try arguments.number("after")),
        until: Int64(try arguments.number("until")), batch: try arguments.number("batch"))
    say(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
}

func measureLatency(on stage: Stage) throws -> Bool {
    say("callback to reply, ms         median      p99   gate < \(Int(latencyGate)) at the median")
    var isMet = true
    for together in [1, 32] {
        let times = try ReplyLatency(together: together, scans: 320).measure(on: stage)
        let name = together == 1 ? "one after the other" : "\(together) at once"
        let p99 = times[times.count * 99 / 100]
        let passes = median(times) < latencyGate
        say(
            "  " + name.padding(toLength: 24, withPad: " ", startingAt: 0)
                + padded(String(format: "%.2f", median(times)), 10)
                + padded(String(format: "%.2f", p99), 9) + verdict(passes))
        if !passes { isMet = false }
    }
    return isMet
}

func measureThroughput(on stage: Stage, _ arguments: Arguments) throws -> Bool {
    let target = try arguments.text("folder") + "/peer.db"
    for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: target + suffix)
    }
    say(
        "\ndurable callbacks, 1/s         Matou   SQLite    batch    ratio   least   µs CPU"
            + "   gate ≥ \(ratioGate)"
    )
    var isMet = true
    let only = arguments.optional("only")
    for (name, code) in [("no reply", stage.silent), ("a reply", stage.answering)] {
        for connections in [64, 512]
        where only ?? "\(name), \(connections)" == "\(name), \(connections)" {
            let throughput = Throughput(
                connections: connections, rounds: try arguments.number("rounds", otherwise: 5),
                callbacks: try arguments.number("callbacks", otherwise: 8000))
            let rounds = try throughput.measure(on: stage, at: code) { after, end, batch in
                let output = try run(
                    onFirstProcessor([
                        CommandLine.arguments[0], "peer", "--source", stage.matou.database,
                        "--target", target, "--after", String(after), "--until", String(end),
                        "--batch",
                        String(batch),
                    ]))
                return try JSONDecoder().decode(
                    PlainSQLite.Outcome.self, from: Data(output.utf8))
            }
            let ratio = median(rounds.map(\.ratio))
            let columns = [
                String(format: "%.0f", median(rounds.map(\.ours))),
                String(format: "%.0f", median(rounds.map(\.peers))),
                String(format: "%.0f", median(rounds.map(\.batch))), String(format: "%.2f", ratio),
                String(format: "%.2f", rounds.map(\.ratio).min() ?? 0),
                String(
                    format: "%.0f/%.0f", median(rounds.map(\.cost)),
                    median(rounds.map(\.peersCost))),
            ]
            say(
                "  " + "\(name), \(connections)".padding(toLength: 24, withPad: " ", startingAt: 0)
                    + padded(columns[0], 10) + columns.dropFirst().map { padded($0, 9) }.joined()
                    + verdict(ratio >= ratioGate))
            if ratio < ratioGate { isMet = false }
        }
    }
    return isMet
}

func measure(_ arguments: Arguments) throws -> Bool {
    let folder = try arguments.text("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let stage = try Stage(program: try arguments.text("matou"), folder: folder)
    defer { stage.close() }
    let latency = try measureLatency(on: stage)
    try stage.settle(stage.answering)
    let throughput = try measureThroughput(on: stage, arguments)
    let differences = try stage.differences()
    say(
        "\n\(stage.acceptedCount) callbacks were answered with success; "
            + (differences.isEmpty
                ? "each is counted once" : "wrong: " + differences.joined(separator: ", "))
            + verdict(differences.isEmpty))
    return latency && throughput && differences.isEmpty
}

do {
    let words = CommandLine.arguments.dropFirst()
    if words.first == "peer" {
        try servePeer(Arguments(words.dropFirst()))
    } else if words.first == "background" {
        if try !measureBackgroundWork(Arguments(words.dropFirst())) {
            say("a gate is missed")
            exit(1)
        }
    } else if try !measure(Arguments(words)) {
        say("a gate is missed")
        exit(1)
    }
} catch {
    say("the benchmark cannot go on: \(error)")
    exit(2)
}
