import Foundation

/// What must be reached, and what was.
struct Gates {
    private var lines: [String] = []
    private(set) var isPassed = true

    /// Small requests on connections that stay, and one connection for each request.
    mutating func judge(_ load: Load, _ results: Results) {
        if load.isSmall {
            let ratio = results.ratio(
                of: "this server", to: "bare loop", \.requestsPerSecond)
            let lead = results.ratio(of: "this server", to: "Hummingbird", \.requestsPerSecond)
            let cost = results.median("this server", of: \.processorMicroseconds)
            note("\(load.name): of the bare loop", ratio, atLeast: 0.80, record: 0.95)
            note("\(load.name): times Hummingbird", lead, atLeast: 4, record: 5)
            note("\(load.name): CPU us a request", cost, atMost: 9)
        } else if load.closes {
            let ratio = results.ratio(of: "this server", to: "nginx", \.requestsPerSecond)
            note("\(load.name): of nginx", ratio, atLeast: 1)
        }
    }

    mutating func judgeTail(_ results: Results) {
        for name in results.names {
            say(
                String(
                    format: "  %-12@ %6.2f ms", name as NSString,
                    results.median(name, of: \.p99Milliseconds)))
        }
        let ratio = results.ratio(of: "this server", to: "nginx", \.p99Milliseconds)
        note("p99 at 256 connections: of nginx's", ratio, atMost: 1.25)
    }

    mutating func judgeIdle(_ idle: IdleConnections) {
        say("\n\(idle.count) idle connections")
        say(
            String(
                format: "  %.1f MB more; requests/s among them, of those before: %.2f",
                idle.addedMegabytes, idle.speedRatio))
        note("\(idle.count) idle connections: MB", idle.addedMegabytes, atMost: 10)
        note("a request among them: of the speed before", idle.speedRatio, atLeast: 0.9)
    }

    func report() {
        say("\ngates")
        for line in lines { print("  " + line) }
    }

    private mutating func note(
        _ name: String, _ figure: Double, atLeast bound: Double, record: Double = .infinity
    ) {
        let isReached = figure >= bound
        isPassed = isPassed && isReached
        let word = figure >= record ? "PASS, record" : isReached ? "PASS" : "MISS"
        lines.append(String(format: "%@  %.2f, at least %.2f: %@", name, figure, bound, word))
    }

    private mutating func note(_ name: String, _ figure: Double, atMost bound: Double) {
        let isReached = figure <= bound
        isPassed = isPassed && isReached
        lines.append(
            String(
                format: "%@  %.2f, at most %.2f: %@", name, figure, bound,
                isReached ? "PASS" : "MISS"))
    }
}
