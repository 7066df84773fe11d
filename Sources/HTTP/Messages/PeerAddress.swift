import Glibc

/// The address at the other end of a connection, without its port.
enum PeerAddress: Sendable, Hashable {
    case ipv4(UInt32)
    case ipv6(UInt64, UInt64)
    /// A Unix socket's peer has no address of its own.
    case unix

    /// Reads an IP address; an IPv4-mapped IPv6 address becomes the IPv4 address it is.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .ipv4(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(six)
        } else {
            return nil
        }
    }

    init(_ address: in6_addr) {
        let (high, low) = withUnsafeBytes(of: address) {
            (
                $0.load(as: UInt64.self).bigEndian,
                $0.load(fromByteOffset: 8, as: UInt64.self).bigEndian
            )
        }
        self =
            high == 0 && low >> 32 == 0xffff
            ? .ipv4(UInt32(truncatingIfNeeded: low)) : .ipv6(high, low)
    }
}

extension PeerAddress {
    /// What one subscriber has: an IPv4 address, or the /64 of an IPv6 address (RFC 6177).
    var network: PeerAddress {
        if case .ipv6(let high, _) = self { .ipv6(high, 0) } else { self }
    }

    func append(to bytes: OutputBuffer) {
        guard case .ipv4(let address) = self else {
            return bytes.append(description)
        }
        for shift: UInt32 in [24, 16, 8, 0] {
            if shift != 24 { bytes.append(UInt8(ascii: ".")) }
            bytes.append(decimal: Int(address >> shift & 255))
        }
    }
}

extension PeerAddress: CustomStringConvertible {
    var description: String {
        switch self {
        case .ipv4(let address):
            return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .ipv6(let high, let low):
            var bytes = (high.bigEndian, low.bigEndian)
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            guard inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else {
                return "::"
            }
            return text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.text
        case .unix:
            return "unix"
        }
    }
}

/// A block of addresses in CIDR notation, such as `10.0.0.0/8` or `::1`; or every peer of a Unix
/// socket.
public struct AddressBlock: Sendable, Hashable {
    private let base: PeerAddress
    private let bits: Int

    public static let unixSocket = AddressBlock(base: .unix, bits: 0)
    /// `127.0.0.0/8` and `::1`.
    public static let loopback = [
        AddressBlock(base: .ipv4(127 << 24), bits: 8), AddressBlock(base: .ipv6(0, 1), bits: 128),
    ]

    private init(base: PeerAddress, bits: Int) {
        self.base = base
        self.bits = bits
    }

    /// - Returns: nil when the text is no address, or the number of bits is too large for it.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = PeerAddress(String(parts[0])) else { return nil }
        let bitsMax = if case .ipv4 = base { 32 } else { 128 }
        guard parts.count == 1 || parts[1].utf8.allSatisfy(\.isDigit),
            let bits = parts.count == 1 ? bitsMax : Int(parts[1]), bits <= bitsMax
        else { return nil }
        self.init(base: base, bits: bits)
    }

    func contains(_ address: PeerAddress) -> Bool {
        switch (base, address) {
        case (.ipv4(let base), .ipv4(let address)):
            (base ^ address) >> UInt32(32 - bits) == 0 || bits == 0
        case (.ipv6(let high, let low), .ipv6(let otherHigh, let otherLow)):
            bits <= 64
                ? bits == 0 || (high ^ otherHigh) >> UInt64(64 - bits) == 0
                : high == otherHigh && (low ^ otherLow) >> UInt64(128 - bits) == 0
        case (.unix, .unix): true
        default: false
        }
    }
}
