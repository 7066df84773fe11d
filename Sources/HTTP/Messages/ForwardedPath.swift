/// In which fields trusted proxies tell where a request came from.
///
/// One of the two: a proxy that sets the one passes on what a client wrote into the other.
public enum ForwardingFields: String, Sendable, CaseIterable {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`, as nginx, Caddy and most others set them.
    case xForwarded = "x-forwarded-for"
    /// `Forwarded` (RFC 7239).
    case forwarded
}

/// Whose word about a request's origin counts, and in which fields it stands.
struct TrustedProxies: Sendable {
    static let none = TrustedProxies(blocks: [], fields: .xForwarded)

    let blocks: [AddressBlock]
    let fields: ForwardingFields
}

/// The way a request took through proxies, as they tell it.
///
/// Only the end of such a list, written by a proxy one trusts, is evidence: it is read from the
/// right.
struct ForwardedPath {
    private struct Hop {
        var address: String?
        var isSecure: Bool?
    }

    /// The nearest proxy's word comes last.
    private let hops: [Hop]

    init(_ fields: Fields, in told: ForwardingFields) {
        hops =
            switch told {
            case .forwarded:
                fields.values("forwarded").flatMap { Self.elements($0, honoringQuotes: true) }
                    .map(Self.hop)
            case .xForwarded: Self.xForwardedHops(fields)
            }
    }

    private static func xForwardedHops(_ fields: Fields) -> [Hop] {
        let addresses = fields.values("x-forwarded-for").flatMap { elements($0) }
        let protocols = fields.values("x-forwarded-proto").flatMap { elements($0) }
        var hops = addresses.map { Hop(address: address($0), isSecure: nil) }
        if hops.isEmpty { hops = [Hop()] }
        // Proxies overwrite the protocol more often than they append to it: one word speaks of the
        // first hop they saw.
        for (offset, word) in protocols.reversed().enumerated() where offset < hops.count {
            hops[hops.count - 1 - offset].isSecure = word.lowercased() == "https"
        }
        if protocols.count == 1 {
            for index in hops.indices {
                hops[index].isSecure = protocols[0].lowercased() == "https"
            }
        }
        return hops
    }

    /// The first address from the right that is no trusted proxy itself.
    func client(
        behind peer: PeerAddress, _ trusted: [AddressBlock]
    ) -> (address: String, isSecure: Bool) {
        var client = (address: peer.description, isSecure: false)
        for hop in hops.reversed() {
            if let isSecure = hop.isSecure { client.isSecure = isSecure }
            guard let text = hop.address, let address = PeerAddress(text) else { break }
            client.address = address.description
            guard trusted.contains(where: { $0.contains(address) }) else { break }
        }
        return client
    }

    /// Cuts at commas. Quotes are RFC 7239's only, and count from the right: what proxies have
    /// appended is whole, whatever a client has left open before it.
    private static func elements(
        _ field: String, honoringQuotes: Bool = false
    ) -> [String] {
        let bytes = Array(field.utf8)
        var elements: [String] = []
        var end = bytes.endIndex
        var isQuoted = false
        for index in bytes.indices.reversed() {
            if bytes[index] == UInt8(ascii: ","), !isQuoted {
                elements.append(bytes[(index + 1)..<end].trimmed.text)
                end = index
            } else if honoringQuotes, bytes[index] == UInt8(ascii: "\""),
                !bytes[..<index].endsInEscape
            {
                isQuoted.toggle()
            }
        }
        elements.append(bytes[..<end].trimmed.text)
        return elements.reversed()
    }

    private static func hop(_ element: String) -> Hop {
        let pairs = MediaType("x;" + element)
        return Hop(
            address: pairs["for"].flatMap(address),
            isSecure: pairs["proto"].map { $0.lowercased() == "https" })
    }

    /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
    private static func address(_ node: String) -> String? {
        if node.hasPrefix("[") {
            return node.dropFirst().split(separator: "]", omittingEmptySubsequences: false).first
                .map(String.init)
        }
        let parts = node.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : node
    }
}

extension ArraySlice<UInt8> {
    /// Whether what follows is the second half of a quoted pair (RFC 9110 §5.6.4).
    fileprivate var endsInEscape: Bool {
        reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
    }
}
