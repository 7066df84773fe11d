import Foundation

/// One line of a state file: a record that was written, or removed.
struct StateLine: Sendable {
    private let encode: @Sendable (JSONEncoder) throws -> Data

    /// - Parameter record: Absent when it was removed.
    init<Record: Codable & Sendable>(_ table: String, _ key: String, _ record: Record?) {
        encode = { try $0.encode(Content(table: table, key: key, record: record)) }
    }

    func bytes(_ encoder: JSONEncoder) throws -> Data {
        try encode(encoder) + Data([UInt8(ascii: "\n")])
    }

    fileprivate enum Key: String, CodingKey {
        case table, key, record
    }

    private struct Content<Record: Codable>: Encodable {
        let table: String
        let key: String
        let record: Record?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(table, forKey: .table)
            try container.encode(key, forKey: .key)
            try container.encodeIfPresent(record, forKey: .record)
        }
    }
}

/// A table by the name that it has in the state file.
private struct StoredTable: Sendable {
    let name: String
    let track: @Sendable (inout World) -> Void
    let changes: @Sendable (inout World) -> [StateLine]
    let all: @Sendable (World) -> [StateLine]
    let restore:
        @Sendable (inout World, String, KeyedDecodingContainer<StateLine.Key>) throws -> Void

    init<Record: Codable & Sendable>(
        _ name: String, _ path: any WritableKeyPath<World, Table<Record>> & Sendable
    ) {
        self.name = name
        track = { $0[keyPath: path].isTracked = true }
        changes = { world in
            world[keyPath: path].takeChanges().map { StateLine(name, $0.key, $0.record) }
        }
        all = { world in
            world[keyPath: path].records.map { StateLine(name, $0.key, $0.value) }
        }
        restore = { world, key, container in
            let record = try container.decodeIfPresent(Record.self, forKey: .record)
            world[keyPath: path].restore(key, record)
        }
    }

    static let all: [StoredTable] = [
        StoredTable("accounts", \.accounts), StoredTable("credentials", \.credentials),
        StoredTable("tags", \.tagSets), StoredTable("clearings", \.clearings),
        StoredTable("usages", \.usages), StoredTable("codes", \.codes),
        StoredTable("people", \.people), StoredTable("fans", \.fans),
        StoredTable("messages", \.messages), StoredTable("media", \.media),
        StoredTable("files", \.files), StoredTable("drafts", \.drafts),
        StoredTable("publications", \.publications), StoredTable("publishJobs", \.publishJobs),
    ]
}

extension World {
    private static let settingsTable = "settings"

    /// From now on changes are remembered.
    mutating func trackChanges() {
        for table in StoredTable.all { table.track(&self) }
    }

    /// What changed since the last call.
    mutating func takeChanges() -> [StateLine] {
        var lines = StoredTable.all.flatMap { $0.changes(&self) }
        if settingsChanged { lines.append(StateLine(Self.settingsTable, "", settings)) }
        settingsChanged = false
        return lines
    }

    /// Everything.
    var allLines: [StateLine] {
        [StateLine(Self.settingsTable, "", settings)] + StoredTable.all.flatMap { $0.all(self) }
    }

    /// Takes one line of a state file.
    ///
    /// - Throws: `DecodingError` when the line is damaged.
    mutating func restore(_ line: Data, _ decoder: JSONDecoder) throws {
        try decoder.decode(RestoredLine.self, from: line).restore(&self)
    }

    private struct RestoredLine: Decodable {
        let restore: (inout World) throws -> Void

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: StateLine.Key.self)
            let table = try container.decode(String.self, forKey: .table)
            let key = try container.decode(String.self, forKey: .key)
            if table == World.settingsTable {
                let settings = try container.decode(Settings.self, forKey: .record)
                restore = { $0.settings = settings }
            } else if let table = StoredTable.all.first(where: { $0.name == table }) {
                restore = { try table.restore(&$0, key, container) }
            } else {
                throw DecodingError.dataCorruptedError(
                    forKey: .table, in: container, debugDescription: "There is no table \(table).")
            }
        }
    }
}
