import ArgumentParser
import Foundation
import HTTP

/// Where a setting's value comes from: a flag wins over the environment, the environment over the
/// configuration file.
struct Settings: Sendable {
    private let environment: [String: String]
    private let file: [String: String]

    private static let limitPrefix = "http-"
    /// Every name that the file may have.
    private static let names = settable.reduce(into: serverNames) { names, command in
        names.formUnion(command.options + command.switches)
    }

    private static let serverNames = Set(Limits.settings.map { limitPrefix + $0.name }).union([
        "access-log", "data", "database", "demo", "export-space", "forwarding-field", "host",
        "log-level",
        "metrics-token",
        "mock-gateway", "mock-port", "port", "public-url", "resources", "seed", "state",
        "trusted-proxies", "unix-socket", "wechat-api-url", "wechat-mp-url", "wecom-api-url",
    ])

    /// - Parameter path: the configuration file, a JSON object of the flags' names; nil for
    ///   `MATOU_CONFIG`, or none.
    /// - Throws: `CommandFailure` with status 78 for a file that is named and cannot be used.
    init(
        file path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CommandFailure) {
        self.environment = environment
        guard let path = path ?? Self.text("config", in: environment) else {
            file = [:]
            return
        }
        guard let data = FileManager.default.contents(atPath: path),
            let values = try? JSONDecoder().decode([String: Scalar].self, from: Data(data))
        else {
            throw .configuration(
                "\(path) is missing or not a JSON object of names and values; see matou serve --help"
            )
        }
        if let unknown = values.keys.sorted().first(where: { !Self.names.contains($0) }) {
            throw .configuration(
                "\(path) has \(unknown), which is no setting; see --help for the names")
        }
        file = values.mapValues(\.text)
    }

    /// The value of a setting by its flag's name, such as `public-url` (`MATOU_PUBLIC_URL`).
    func text(_ name: String, flag: String?) -> String? {
        flag ?? Self.text(name, in: environment) ?? file[name]
    }

    private static func text(_ name: String, in environment: [String: String]) -> String? {
        let variable = "MATOU_" + name.uppercased().replacing("-", with: "_")
        // An empty variable is how service managers write one that is not set.
        return environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    func number(
        _ name: String, flag: Int?, in range: ClosedRange<Int>, otherwise: Int
    ) throws(CommandFailure) -> Int {
        guard let text = text(name, flag: flag.map(String.init)) else { return otherwise }
        guard let number = Int(text), range.contains(number) else {
            throw .setting(
                "\(name) is \(text); give a number from \(range.lowerBound) to \(range.upperBound)",
                flag: flag)
        }
        return number
    }

    /// The limits of the HTTP server, such as `http-idle-timeout` (`MATOU_HTTP_IDLE_TIMEOUT`).
    func limits() throws(CommandFailure) -> Limits {
        var limits = Limits()
        for setting in Limits.settings {
            let name = Self.limitPrefix + setting.name
            guard text(name, flag: nil) != nil else { continue }
            setting.set(
                try number(name, flag: nil, in: setting.range, otherwise: 0), in: &limits)
        }
        return limits
    }

    func flag(_ name: String, flag: Bool) throws(CommandFailure) -> Bool {
        if flag { return true }
        switch text(name, flag: nil)?.lowercased() {
        case nil, "", "0", "false", "no": return false
        case "1", "true", "yes": return true
        case let other?:
            throw .configuration("\(name) is \(other); give true or false")
        }
    }
}

/// A JSON text, number or flag, as the text that a flag would have.
private struct Scalar: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            text = String(flag)
        } else if let number = try? container.decode(Int.self) {
            text = String(number)
        } else {
            text = try container.decode(String.self)
        }
    }
}
