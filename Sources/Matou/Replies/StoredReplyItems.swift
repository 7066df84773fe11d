import Foundation
import Synchronization

extension ReplyItem {
    /// Reads an item as `reply_sends` keeps it.
    static let stored = JSONMemory<ReplyItem>()
}

/// An item of a reply with what `reply_sends` keeps of it, written once for all scans.
struct ReplyItemToSend: Decodable, Sendable {
    let item: ReplyItem
    let json: String

    init(_ item: ReplyItem) throws {
        self.item = item
        json = try StoredJSON.text(item)
    }

    init(from decoder: any Decoder) throws {
        try self.init(ReplyItem(from: decoder))
    }
}

extension [ReplyItemToSend] {
    /// Reads a reply as its code keeps it.
    static let stored = JSONMemory<[ReplyItemToSend]>()
}

/// What JSON of the store says, remembered by its text: the few replies of an installation are read
/// again with every scan, and reading JSON takes longer than finding their rows.
final class JSONMemory<Value: Decodable & Sendable>: Sendable {
    private static var entriesMax: Int { 1000 }

    private let known = Mutex<[String: Value]>([:])

    /// - Throws: `DecodingError`.
    func value(of json: String) throws -> Value {
        if let value = known.withLock({ $0[json] }) { return value }
        let value = try StoredJSON.value(Value.self, of: json)
        known.withLock { known in
            if known.count >= Self.entriesMax { known.removeAll() }
            known[json] = value
        }
        return value
    }
}
