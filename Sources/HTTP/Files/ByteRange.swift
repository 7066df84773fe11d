/// A `Range` of bytes (RFC 9110 §14.1.2).
enum ByteRange {
    enum Request: Equatable {
        /// The whole: there is no range, it is not understood, or it is several at once, which
        /// nobody needs.
        case whole
        case part(Range<Int>)
        case unsatisfiable
    }

    static func read(_ field: String?, length: Int) -> Request {
        guard let field, field.utf8.count < 64 else { return .whole }
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return .whole }
        let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }) else {
            return .whole
        }
        switch (number(ends[0]), number(ends[1])) {
        case (nil, nil):
            return .whole
        case (nil, let suffix?):
            guard suffix > 0, length > 0 else { return .unsatisfiable }
            return .part(max(0, length - suffix)..<length)
        case (let first?, let last):
            if let last, last < first { return .whole }
            guard first < length else { return .unsatisfiable }
            return .part(first..<min(last.map { $0 + 1 } ?? length, length))
        }
    }

    /// Digits; a number too large to count anything is as good as the largest that is not.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty else { return nil }
        return text.utf8.reduce(0) { $0 > 1 << 56 ? $0 : $0 * 10 + Int($1 - 48) }
    }
}
