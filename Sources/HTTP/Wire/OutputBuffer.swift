/// Bytes on their way out, in memory that is used again and again.
///
/// A class with memory of its own rather than an array: a head is a dozen small pieces, and to
/// append each to an array that a loop stores would check unique ownership and exclusive access
/// every time. Whoever holds one is alone with it.
final class OutputBuffer {
    private(set) var count = 0
    private var capacity: Int
    private var base: UnsafeMutablePointer<UInt8>
    /// More memory than this is given back when the buffer has been emptied.
    private let keptCapacityMax: Int

    init(capacity: Int) {
        self.capacity = capacity
        keptCapacityMax = capacity * 8
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    /// What has been written; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func append(_ byte: UInt8) {
        room(1)[0] = byte
        count += 1
    }

    func append(ascii text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    func append(contentsOf bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    func append(contentsOf bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    private func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        room(bytes.count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    /// Decimal digits, without a String in between.
    func append(decimal number: Int) {
        var rest = number.magnitude
        var length = 1
        var bound: UInt = 10
        while length < 19, rest >= bound {
            bound *= 10
            length += 1
        }
        if number < 0 { append(UInt8(ascii: "-")) }
        let place = room(length)
        for index in stride(from: length - 1, through: 0, by: -1) {
            let quotient = rest / 10
            place[index] = 48 &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
            rest = quotient
        }
        count += length
    }

    func removeAll() {
        count = 0
        if capacity > keptCapacityMax { move(to: keptCapacityMax) }
    }

    /// The place of the next byte, with memory for that many.
    @inline(__always)
    private func room(_ length: Int) -> UnsafeMutablePointer<UInt8> {
        if length > capacity - count { move(to: max(capacity * 2, count + length)) }
        return base + count
    }

    @inline(never)
    private func move(to capacity: Int) {
        let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        fresh.update(from: base, count: count)
        base.deallocate()
        base = fresh
        self.capacity = capacity
    }
}
