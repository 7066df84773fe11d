/// The fan tags of one account (`wechat-wire.md` §1.2). Who carries them stands with the fans.
struct TagSet: Sendable, Codable {
    struct Tag: Sendable, Codable {
        let id: Int64
        var name: String
    }

    private(set) var tags = [Tag(id: 2, name: "星标组")]
    private var nextID: Int64 = 100

    static let tagsMax = 100
    static let nameBytesMax = 30
    static let tagsPerFanMax = 20
    static let openidsPerCallMax = 50
    /// A tag with more fans cannot be deleted before it is emptied.
    static let fansOfDeletableTagMax = 100_000
    static let builtInIDs: ClosedRange<Int64> = 0...2

    func contains(_ id: Int64) -> Bool {
        tags.contains { $0.id == id }
    }

    mutating func create(_ name: String) throws(Errcode) -> Tag {
        try check(name, for: nil)
        guard tags.count(where: { !Self.builtInIDs.contains($0.id) }) < Self.tagsMax else {
            throw .tooManyTags
        }
        let tag = Tag(id: nextID, name: name)
        nextID += 1
        tags.append(tag)
        return tag
    }

    mutating func rename(_ id: Int64, to name: String) throws(Errcode) {
        let index = try changeable(id)
        try check(name, for: id)
        tags[index].name = name
    }

    mutating func delete(_ id: Int64, fans: Int) throws(Errcode) {
        let index = try changeable(id)
        guard fans <= Self.fansOfDeletableTagMax else { throw .tagHasTooManyFans }
        tags.remove(at: index)
    }

    private func changeable(_ id: Int64) throws(Errcode) -> Int {
        guard !Self.builtInIDs.contains(id) else { throw .systemTag }
        guard let index = tags.firstIndex(where: { $0.id == id }) else { throw .invalidTagID }
        return index
    }

    private func check(_ name: String, for id: Int64?) throws(Errcode) {
        guard !name.isEmpty, !tags.contains(where: { $0.name == name && $0.id != id }) else {
            throw .invalidTagName
        }
        guard name.utf8.count <= Self.nameBytesMax else { throw .tagNameTooLong }
    }
}
