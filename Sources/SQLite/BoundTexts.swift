/// The texts bound to a statement, one behind the other, where they stay until others are bound:
/// SQLite reads them there, and neither it nor we ask for memory for each.
struct BoundTexts: ~Copyable {
    /// What is longer is no usual text: SQLite copies it, and forgets it after use.
    static let bytesMax = 16 << 10

    private var base = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    private var capacity = 1
    private var count = 0

    deinit {
        base.deallocate()
    }

    /// Forgets the texts, and makes room for others. SQLite must not read the old ones again.
    mutating func makeRoom(for bytes: Int) {
        count = 0
        guard bytes > capacity else { return }
        base.deallocate()
        capacity = max(bytes, 2 * capacity)
        base = .allocate(capacity: capacity)
    }

    /// - Precondition: There is room.
    /// - Returns: Where the text is now.
    mutating func add(_ utf8: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
        precondition(utf8.count <= capacity - count, "room was made for less")
        let place = base + count
        UnsafeMutableRawBufferPointer(start: place, count: utf8.count).copyMemory(
            from: UnsafeRawBufferPointer(utf8))
        count += utf8.count
        return UnsafePointer(place)
    }
}
