extension [String] {
    /// `a · b`.
    var listed: String { joined(separator: " · ") }
}

extension String {
    var nilIfEmpty: String? { isEmpty ? nil : self }
}
