/// Metrics in Prometheus' text format, version 0.0.4.
package struct PrometheusText: Sendable {
    package private(set) var text = ""

    package init() {}

    package mutating func counter(
        _ name: String, _ help: String, _ samples: [(labels: String, value: Int)]
    ) {
        write(name, "counter", help, samples.map { ($0.labels, String($0.value)) })
    }

    package mutating func counter(_ name: String, _ help: String, _ value: Int) {
        counter(name, help, [("", value)])
    }

    package mutating func gauge(
        _ name: String, _ help: String, _ samples: [(labels: String, value: Int)]
    ) {
        write(name, "gauge", help, samples.map { ($0.labels, String($0.value)) })
    }

    package mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        gauge(name, help, [("", value)])
    }

    /// - Parameters:
    ///   - bounds: upper bounds of the buckets, in seconds.
    ///   - counts: one for each bound, not cumulative, and the rest.
    package mutating func histogram(
        _ name: String, _ help: String, bounds: [Double], counts: [Int], sum: Double
    ) {
        head(name, "histogram", help)
        var total = 0
        for (bound, count) in zip(bounds, counts) {
            total += count
            text += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
        }
        total = counts.reduce(0, +)
        text += "\(name)_bucket{le=\"+Inf\"} \(total)\n\(name)_sum \(sum)\n\(name)_count \(total)\n"
    }

    private mutating func write(
        _ name: String, _ type: String, _ help: String, _ samples: [(String, String)]
    ) {
        head(name, type, help)
        for (labels, value) in samples {
            text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
        }
    }

    private mutating func head(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }
}
