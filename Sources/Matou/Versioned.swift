/// What counts its changes, so that nobody overwrites one that they have not seen.
protocol Versioned {
    var version: Int { get }
}

extension Versioned {
    /// - Parameter expected: the version that a change was made on; nil for whichever is there.
    /// - Throws: `Refusal.stale` when there is another by now.
    func check(version expected: Int?) throws(Refusal) {
        if let expected, expected != version { throw .stale(version: version) }
    }
}

extension Optional where Wrapped: Versioned {
    /// What was found, if it is as whoever changes it has seen it.
    ///
    /// - Throws: `Refusal.missing` when nothing was found; `Refusal.stale` when there is another
    ///   version by now.
    func required(ifVersion expected: Int?) throws(Refusal) -> Wrapped {
        guard let self else { throw .missing }
        try self.check(version: expected)
        return self
    }
}
