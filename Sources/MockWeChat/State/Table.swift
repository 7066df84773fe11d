/// Records by key, which remembers which of them changed since they were last written to the state
/// file.
struct Table<Record: Codable & Sendable>: Sendable {
    private(set) var records: [String: Record] = [:]
    private var changed: Set<String> = []

    /// Whether changes are remembered: only where something collects them.
    var isTracked = false

    var count: Int { records.count }

    subscript(key: String) -> Record? {
        get { records[key] }
        set {
            records[key] = newValue
            if isTracked { changed.insert(key) }
        }
    }

    /// Puts a record in place that is already in the state file.
    mutating func restore(_ key: String, _ record: Record?) {
        records[key] = record
    }

    /// The changes since the last call; a record that is absent now was removed.
    mutating func takeChanges() -> [(key: String, record: Record?)] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.map { ($0, records[$0]) }
    }
}
