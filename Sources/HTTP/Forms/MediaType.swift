/// A media type with its parameters (RFC 9110 §8.3.1).
struct MediaType {
    /// `type/subtype` in lower case.
    let name: String
    private let parameters: [(name: String, value: String)]

    init(_ field: String) {
        var parts = Self.split(field)
        name = parts.isEmpty ? "" : parts.removeFirst().lowercased()
        parameters = parts.compactMap { part in
            guard let equals = part.firstIndex(of: "=") else { return nil }
            return (
                part[..<equals].lowercased(),
                Self.unquoted(part[part.index(after: equals)...])
            )
        }
    }

    /// A parameter's value, unquoted; names compare without case.
    subscript(_ parameter: String) -> String? {
        parameters.first { $0.name == parameter }?.value
    }

    /// Cuts at separators outside quotes and trims the pieces.
    static func split(_ field: String, at separator: Unicode.Scalar = ";") -> [String] {
        var pieces: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        for byte in field.utf8 {
            if byte == UInt8(ascii: separator), !isQuoted {
                pieces.append([])
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), isQuoted {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            pieces[pieces.count - 1].append(byte)
        }
        return pieces.map { $0[...].trimmed.text }
    }

    private static func unquoted(_ value: Substring) -> String {
        guard value.utf8.count >= 2, value.first == "\"", value.last == "\"" else {
            return String(value)
        }
        var text: [UInt8] = []
        var isEscaped = false
        for byte in value.utf8.dropFirst().dropLast() {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                text.append(byte)
                isEscaped = false
            }
        }
        return text.text
    }
}
