/// Reads the chunked transfer coding (RFC 9112 §7.1), resumable at any byte.
struct ChunkedDecoder {
    enum Event: Equatable {
        /// Content at these indices of the bytes given.
        case content(Range<Int>)
        case end
        case needsMore
        case malformed
    }

    private enum State {
        case size(isEmpty: Bool)
        case spaceAfterSize
        case chunkExtension
        case sizeLineFeed
        case content
        case contentCarriageReturn
        case contentLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case lastLineFeed
        case ended
    }

    /// Extensions and trailers of one body together: they are read and dropped, but not without
    /// end.
    static let overheadBytesMax = 8192

    private var state = State.size(isEmpty: true)
    /// Bytes of the chunk under way that are still to come.
    private(set) var remaining = 0
    private var overhead = 0

    /// Moves on from `position`; call it until it says that it needs more, has ended or found a
    /// fault.
    mutating func next(in bytes: Span<UInt8>, at position: inout Int) -> Event {
        while position < bytes.count {
            if case .content = state {
                let count = min(remaining, bytes.count - position)
                let range = position..<(position + count)
                position += count
                remaining -= count
                if remaining == 0 { state = .contentCarriageReturn }
                return .content(range)
            }
            guard step(bytes[position]) else { return .malformed }
            position += 1
            if case .ended = state { return .end }
        }
        return .needsMore
    }

    /// Takes one byte of what is not content; false when it may not stand there.
    private mutating func step(_ byte: UInt8) -> Bool {
        switch state {
        case .size(let isEmpty): return stepSize(byte, isEmpty)
        case .spaceAfterSize:
            if byte == UInt8(ascii: ";") {
                state = .chunkExtension
            } else if !byte.isWhitespace {
                return false
            }
            return spendOverhead()
        case .chunkExtension:
            if byte == .cr { state = .sizeLineFeed } else if !byte.isFieldValue { return false }
            return spendOverhead()
        case .sizeLineFeed:
            state = remaining == 0 ? .trailerStart : .content
            return byte == .lf
        case .contentCarriageReturn:
            state = .contentLineFeed
            return byte == .cr
        case .contentLineFeed:
            state = .size(isEmpty: true)
            return byte == .lf
        case .lastLineFeed:
            state = .ended
            return byte == .lf
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: return stepTrailer(byte)
        case .content, .ended: return false
        }
    }

    /// At most 15 hexadecimal digits that count, so that a size cannot overflow.
    private mutating func stepSize(_ byte: UInt8, _ isEmpty: Bool) -> Bool {
        if let digit = byte.hexDigit {
            let isLeadingZero = remaining == 0 && !isEmpty
            guard remaining < 1 << 56 else { return false }
            remaining = remaining << 4 | Int(digit)
            state = .size(isEmpty: false)
            return !isLeadingZero || spendOverhead()
        }
        guard !isEmpty else { return false }
        switch byte {
        case .cr: state = .sizeLineFeed
        case UInt8(ascii: ";"): state = .chunkExtension
        // BWS may stand before an extension, and only there.
        case .space, .tab: state = .spaceAfterSize
        default: return false
        }
        return true
    }

    private mutating func stepTrailer(_ byte: UInt8) -> Bool {
        switch state {
        case .trailerStart where byte == .cr:
            state = .lastLineFeed
            return true
        case .trailerStart:
            state = .trailerName
            return byte.isToken && spendOverhead()
        case .trailerName:
            if byte == UInt8(ascii: ":") {
                state = .trailerValue
            } else if !byte.isToken {
                return false
            }
        case .trailerValue:
            if byte == .cr { state = .trailerLineFeed } else if !byte.isFieldValue { return false }
        default:
            state = .trailerStart
            return byte == .lf
        }
        return spendOverhead()
    }

    private mutating func spendOverhead() -> Bool {
        overhead += 1
        return overhead <= Self.overheadBytesMax
    }
}
