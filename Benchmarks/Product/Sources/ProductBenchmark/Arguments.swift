import Foundation

/// `--name value` pairs of the command line.
struct Arguments {
    private let values: [String: String]

    init(_ words: some Collection<String>) throws {
        var values: [String: String] = [:]
        var words = words[...]
        while let name = words.popFirst() {
            guard name.hasPrefix("--"), let value = words.popFirst() else {
                throw Failure("\(name) is not a flag with a value")
            }
            values[String(name.dropFirst(2))] = value
        }
        self.values = values
    }

    func text(_ name: String) throws -> String {
        guard let value = values[name] else { throw Failure("--\(name) is missing") }
        return value
    }

    func optional(_ name: String) -> String? { values[name] }

    func number(_ name: String, otherwise: Int? = nil) throws -> Int {
        guard let value = values[name] else {
            if let otherwise { return otherwise }
            throw Failure("--\(name) is missing")
        }
        guard let number = Int(value), number >= 0 else {
            throw Failure("--\(name) is \(value), not a number")
        }
        return number
    }
}
