package import Foundation

/// Reads a file's bytes in order and never beyond their end.
package struct ByteReader {
    private let data: Data
    /// Bytes from the file's beginning.
    package private(set) var position: Int
    package let end: Int

    package init(_ data: Data) {
        self.init(data, 0..<data.count)
    }

    private init(_ data: Data, _ range: Range<Int>) {
        self.data = data
        position = range.lowerBound
        end = range.upperBound
    }

    package var left: Int { end - position }

    package mutating func skip(_ count: Int) throws(MediaFault) {
        guard count >= 0, count <= left else { throw .broken }
        position += count
    }

    package mutating func byte() throws(MediaFault) -> UInt8 {
        guard left >= 1 else { throw .broken }
        defer { position += 1 }
        return data[data.startIndex + position]
    }

    /// A big-endian number of at most eight bytes.
    package mutating func number(bytes: Int) throws(MediaFault) -> UInt64 {
        var number: UInt64 = 0
        for _ in 0..<bytes { number = number << 8 | UInt64(try byte()) }
        return number
    }

    package mutating func littleEndian16() throws(MediaFault) -> Int {
        let low = Int(try byte())
        return Int(try byte()) << 8 | low
    }

    package mutating func text(bytes: Int) throws(MediaFault) -> String {
        guard bytes <= left else { throw .broken }
        let start = data.startIndex + position
        position += bytes
        return String(decoding: data[start..<start + bytes], as: UTF8.self)
    }

    /// The next `count` bytes as a reader of their own, which the caller passes over.
    package mutating func part(_ count: Int) throws(MediaFault) -> ByteReader {
        guard count >= 0, count <= left else { throw .broken }
        defer { position += count }
        return ByteReader(data, position..<position + count)
    }

    package func starts(with mark: [UInt8]) -> Bool {
        guard mark.count <= left else { return false }
        let start = data.startIndex + position
        return data[start..<start + mark.count].elementsEqual(mark)
    }

    /// Whether `mark` stands anywhere in what is left.
    package func contains(_ mark: [UInt8]) -> Bool {
        let range = data.startIndex + position..<data.startIndex + end
        return data.range(of: Data(mark), in: range) != nil
    }
}

/// Why bytes are no file that can be sent.
package enum MediaFault: Error, Sendable, Equatable {
    /// None of the formats.
    case unknownFormat
    /// It begins like one of the formats and does not hold together: cut off, or its lengths lie.
    case broken
}
