/// A route's pattern, cut into segments.
struct PathPattern {
    enum Segment: Hashable {
        case literal([UInt8])
        case parameter
        case rest
    }

    let segments: [Segment]
    let parameterNames: [String]

    init(_ pattern: String) throws(RoutingError) {
        guard pattern.hasPrefix("/") else { throw .malformed(pattern, "it does not begin with /") }
        var segments: [Segment] = []
        var names: [String] = []
        let pieces = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            guard piece.contains(where: { $0 == "{" || $0 == "}" }) else {
                segments.append(.literal(Array(piece.utf8)))
                continue
            }
            guard piece.hasPrefix("{"), piece.hasSuffix("}"), piece.count > 2 else {
                throw .malformed(pattern, "a parameter must be a whole segment")
            }
            var name = piece.dropFirst().dropLast()
            let isRest = name.hasSuffix("...")
            if isRest {
                guard index == pieces.count - 1 else {
                    throw .malformed(pattern, "only the last segment can take the rest")
                }
                name = name.dropLast(3)
            }
            guard !names.contains(String(name)) else {
                throw .malformed(pattern, "it has two parameters of one name")
            }
            names.append(String(name))
            segments.append(isRest ? .rest : .parameter)
        }
        self.segments = segments
        parameterNames = names
    }

    /// Where the parameters stand in a path that begins as the pattern does, whatever follows; nil
    /// for a path that does not.
    func ranges(atBeginningOf path: ArraySlice<UInt8>) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var start = path.startIndex
        for segment in segments {
            guard start < path.endIndex, path[start] == UInt8(ascii: "/") else { return nil }
            start += 1
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
            switch segment {
            case .literal(let bytes):
                guard path[start..<end].elementsEqual(bytes) else { return nil }
            case .parameter: ranges.append(start..<end)
            case .rest: ranges.append(start..<path.endIndex)
            }
            start = end
        }
        return ranges
    }
}

/// Why a list of routes is no router.
public enum RoutingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Two routes would answer the same requests.
    case duplicate(Method, String)
    case malformed(String, String)
    /// The handler takes more or fewer parameters than the pattern has.
    case otherParameters(Method, String, taken: Int)

    public var description: String {
        switch self {
        case .duplicate(let method, let pattern): "There are two routes for \(method) \(pattern)."
        case .malformed(let pattern, let reason): "\"\(pattern)\" is no pattern: \(reason)."
        case .otherParameters(let method, let pattern, let taken):
            "The handler of \(method) \(pattern) takes \(taken) parameters."
        }
    }
}
