extension Request {
    /// Which of some languages the client would read (RFC 9110 §12.5.4): the one of the highest
    /// weight, the first that it names on a tie.
    ///
    /// - Parameter offered: primary subtags in lower case, such as `zh`; regions are not told apart.
    /// - Returns: absent when it names none of them, or only with weight 0.
    public func preferredLanguage(of offered: [String]) -> String? {
        var best: (language: String, weight: Double)?
        for part in (fields["accept-language"] ?? "").prefix(500).split(separator: ",") {
            let pieces = part.split(separator: ";").map {
                $0.trimmingPrefix(while: \.isWhitespace).lowercased()
            }
            let subtag = pieces.first?.prefix { $0 != "-" && !$0.isWhitespace }
            guard let language = offered.first(where: { $0 == subtag ?? "" }) else { continue }
            let weight =
                pieces.dropFirst().first { $0.hasPrefix("q=") }
                .flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > 0, weight > best?.weight ?? 0 { best = (language, weight) }
        }
        return best?.language
    }
}
