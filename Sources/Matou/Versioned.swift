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
