import Foundation
import SQL

/// The tags that a code puts on whoever scans it while it is in effect.
package struct CodeTags: Sendable, Equatable {
    /// 会员标签, ours.
    package let contact: [ContactTag]
    /// 粉丝标签, WeChat's.
    package let follower: [FollowerTag]

    package static let none = CodeTags(contact: [], follower: [])

    package var isEmpty: Bool { contact.isEmpty && follower.isEmpty }
}

/// The same as the code's row keeps them.
struct CodeTagIDs: Sendable, Equatable {
    var contact: [ContactTag.ID] = []
    var follower: [FollowerTag.ID] = []

    /// What most codes have; recognised without decoding it.
    static let noneJSON = "{}"

    private struct Stored: Codable {
        var contact: [String]?
        var follower: [String]?
    }

    init() {}

    init(json: String) throws {
        guard json != Self.noneJSON else { return }
        let stored = try StoredJSON.value(Stored.self, of: json)
        contact = (stored.contact ?? []).map(ContactTag.ID.init)
        follower = (stored.follower ?? []).map(FollowerTag.ID.init)
    }

    func json() throws -> String {
        guard self != CodeTagIDs() else { return Self.noneJSON }
        let stored = Stored(contact: contact.map(\.text), follower: follower.map(\.text))
        return try StoredJSON.text(stored)
    }
}

/// Ids for the tags of a draft that are not there yet, made before the write that stores them.
struct FreshTagIDs: Sendable {
    let contact: [String: ContactTag.ID]
    let follower: [String: FollowerTag.ID]

    init(for draft: QRCode.Draft, at time: Timestamp, from randomness: Randomness) {
        func ids<Tag>(_ names: [String]) -> [String: Identifier<Tag>] {
            Dictionary(
                names.map { ($0, Identifier<Tag>.make(at: time, from: randomness)) },
                uniquingKeysWith: { first, _ in first })
        }
        contact = ids(draft.contactTags)
        follower = ids(draft.followerTags)
    }
}

extension Connection {
    /// The tags of a draft by id. Names that are new become tags, and WeChat is asked for its own by
    /// a job of the same transaction.
    func tags(
        of draft: QRCode.Draft, on account: Account.ID, orMakeAs fresh: FreshTagIDs,
        by principal: Principal, at time: Timestamp
    ) throws -> CodeTagIDs {
        var ids = CodeTagIDs()
        for name in draft.contactTags {
            guard let id = fresh.contact[name] else { continue }
            ids.contact.append(
                try contactTag(named: name, orMakeAs: id, by: principal, at: time).id)
        }
        for name in draft.followerTags {
            guard let id = fresh.follower[name] else { continue }
            let (tag, isNew) = try followerTag(
                named: name, of: account, orMakeAs: id, by: principal, at: time)
            if isNew { try enqueueMaking(of: tag, in: principal.workspace, at: time) }
            ids.follower.append(tag.id)
        }
        return ids
    }

    /// Tags in full, for each of the ids. Tags that were deleted since are gone from them.
    func codeTags(_ ids: [CodeTagIDs], in workspace: Workspace.ID) throws -> [CodeTags] {
        guard ids.contains(where: { $0 != CodeTagIDs() }) else { return ids.map { _ in .none } }
        let contact = try contactTags(Set(ids.flatMap(\.contact)), in: workspace)
        let follower = try followerTags(Set(ids.flatMap(\.follower)), in: workspace)
        return ids.map {
            CodeTags(
                contact: $0.contact.compactMap { contact[$0] },
                follower: $0.follower.compactMap { follower[$0] })
        }
    }
}

extension FieldFaults {
    /// Names of tags, trimmed and each once.
    mutating func tags(
        _ field: String, _ names: [String], limit: Int, check: (String) -> FieldFault.Code?
    ) -> [String] {
        var seen: Set<String> = []
        var checked: [String] = []
        if names.count > limit { add(field, .tooMany(limit: limit)) }
        for name in names.prefix(limit) {
            let name = name.utf8.count <= 1024 ? name.trimmingWhitespace() : name
            if let fault = check(name) {
                add(field, fault)
            } else if seen.insert(name.folded()).inserted {
                checked.append(name)
            }
        }
        return checked
    }
}
