extension Limits {
    /// A limit by the name that configurations give it.
    public struct Setting: Sendable {
        public enum Unit: String, Sendable {
            case bytes, count, seconds
            case bytesPerSecond = "bytes a second"
        }

        public let name: String
        public let unit: Unit
        public let range: ClosedRange<Int>
        fileprivate let member: Member

        /// Where the limit is kept.
        fileprivate enum Member: Sendable {
            case number(any WritableKeyPath<Limits, Int> & Sendable)
            case chosen(any WritableKeyPath<Limits, Int?> & Sendable)
            case seconds(any WritableKeyPath<Limits, Duration> & Sendable)
        }

        /// The limit in its unit; nil for one that the machine decides.
        public func value(in limits: Limits) -> Int? {
            switch member {
            case .number(let path): limits[keyPath: path]
            case .chosen(let path): limits[keyPath: path]
            case .seconds(let path): Int(limits[keyPath: path].components.seconds)
            }
        }

        /// - Parameter value: within `range`; what lies outside becomes its nearest end.
        public func set(_ value: Int, in limits: inout Limits) {
            let value = min(max(value, range.lowerBound), range.upperBound)
            switch member {
            case .number(let path): limits[keyPath: path] = value
            case .chosen(let path): limits[keyPath: path] = value
            case .seconds(let path): limits[keyPath: path] = .seconds(value)
            }
        }
    }

    /// Every limit that there is.
    public static let settings: [Setting] = [
        .bytes("head-bytes", \.headBytesMax, 1 << 10...1 << 20),
        .bytes("target-bytes", \.targetBytesMax, 256...1 << 20),
        .count("header-count", \.headerCountMax, 16...10_000),
        .bytes("body-bytes", \.bodyBytesMax, 1 << 10...1 << 30),
        .bytes("buffered-bodies-bytes", \.bufferedBodiesBytesMax, 1 << 20...1 << 40),
        .seconds("head-timeout", \.headTimeout, 1...600),
        .seconds("body-timeout", \.bodyTimeout, 1...600),
        Setting(
            name: "receive-rate", unit: .bytesPerSecond, range: 0...1 << 30,
            member: .number(\.receiveRateMin)),
        .seconds("idle-timeout", \.idleTimeout, 1...3600),
        .seconds("write-timeout", \.writeTimeout, 1...600),
        Setting(
            name: "send-rate", unit: .bytesPerSecond, range: 0...1 << 30,
            member: .number(\.sendRateMin)),
        .seconds("abandoned-timeout", \.abandonedTimeout, 1...600),
        Setting(
            name: "connections", unit: .count, range: 1...1 << 20, member: .chosen(\.connectionsMax)
        ),
        .count("connections-per-address", \.connectionsPerAddressMax, 1...1 << 20),
        .count("requests-per-connection", \.requestsPerConnectionMax, 1...1 << 30),
        .bytes("buffered-output-bytes", \.bufferedOutputBytesMax, 1 << 10...1 << 30),
        .bytes("buffered-upload-bytes", \.bufferedUploadBytesMax, 1 << 10...1 << 30),
        .count("pending-handlers", \.pendingHandlersMax, 1...1 << 20),
        .count("pending-uploads", \.pendingUploadsMax, 1...1 << 20),
    ]
}

extension Limits.Setting {
    fileprivate static func bytes(
        _ name: String, _ path: any WritableKeyPath<Limits, Int> & Sendable,
        _ range: ClosedRange<Int>
    ) -> Self {
        Self(name: name, unit: .bytes, range: range, member: .number(path))
    }

    fileprivate static func count(
        _ name: String, _ path: any WritableKeyPath<Limits, Int> & Sendable,
        _ range: ClosedRange<Int>
    ) -> Self {
        Self(name: name, unit: .count, range: range, member: .number(path))
    }

    fileprivate static func seconds(
        _ name: String, _ path: any WritableKeyPath<Limits, Duration> & Sendable,
        _ range: ClosedRange<Int>
    ) -> Self {
        Self(name: name, unit: .seconds, range: range, member: .seconds(path))
    }
}
