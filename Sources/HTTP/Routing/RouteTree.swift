/// Patterns by segment. Looking up copies nothing, counts no references and makes no String.
struct RouteTree: Sendable {
    /// A segment that stands for itself: its bytes, and the node behind it.
    private struct Literal: Sendable {
        let bytes: Range<Int>
        let node: Int
    }

    private struct Node: Sendable {
        /// Sorted by length, then bytes.
        var literals: [Literal] = []
        var parameter: Int?
        var routes: [Choice] = []
        /// Routes whose `{name...}` begins here.
        var restRoutes: [Choice] = []
    }

    /// One of the routes that end at a node. The method is an index of `methods`.
    private struct Choice: Sendable {
        let method: Int
        let route: Int
    }

    private var nodes = [Node()]
    /// The literals' segments, one behind the other.
    private var segments: [UInt8] = []
    private var methods: [Method] = []

    /// - Returns: false when a route of that method and shape is there already.
    mutating func insert(
        _ segments: [PathPattern.Segment], _ method: Method, _ route: Int
    ) -> Bool {
        let choice = Choice(method: index(of: method), route: route)
        var node = 0
        for segment in segments {
            switch segment {
            case .literal(let bytes): node = literalChild(of: node, bytes)
            case .parameter: node = parameterChild(of: node)
            case .rest: return Self.add(choice, to: &nodes[node].restRoutes)
            }
        }
        return Self.add(choice, to: &nodes[node].routes)
    }

    /// The best route for a path that begins with "/"; `ranges` gets what its parameters matched.
    func find(
        _ path: ArraySlice<UInt8>, _ method: Method, _ ranges: inout [Range<Int>]
    ) -> Int? {
        guard let method = methods.firstIndex(of: method) else { return nil }
        return search(node: 0, path.span, base: path.startIndex, from: 1, &ranges) { routes in
            for choice in routes where choice.method == method { return choice.route }
            return nil
        }
    }

    /// All methods that some route has for the path.
    func methods(of path: ArraySlice<UInt8>) -> [Method] {
        var found: [Method] = []
        var ranges: [Range<Int>] = []
        _ = search(node: 0, path.span, base: path.startIndex, from: 1, &ranges) { routes in
            for choice in routes where !found.contains(methods[choice.method]) {
                found.append(methods[choice.method])
            }
            return nil
        }
        return found
    }

    /// Visits the nodes that match, best first, until `choose` takes a route.
    ///
    /// - Parameter base: What makes an index of `path` one of the slice it comes from.
    private func search(
        node: Int, _ path: Span<UInt8>, base: Int, from start: Int, _ ranges: inout [Range<Int>],
        _ choose: ([Choice]) -> Int?
    ) -> Int? {
        let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
        let isLast = end == path.count
        if let next = literal(of: node, path, start..<end) {
            let route =
                isLast
                ? choose(nodes[next].routes)
                : search(node: next, path, base: base, from: end + 1, &ranges, choose)
            if let route { return route }
        }
        if let next = nodes[node].parameter, start < end {
            ranges.append((base + start)..<(base + end))
            let route =
                isLast
                ? choose(nodes[next].routes)
                : search(node: next, path, base: base, from: end + 1, &ranges, choose)
            if let route { return route }
            ranges.removeLast()
        }
        guard !nodes[node].restRoutes.isEmpty else { return nil }
        ranges.append((base + start)..<(base + path.count))
        if let route = choose(nodes[node].restRoutes) { return route }
        ranges.removeLast()
        return nil
    }

    /// The node behind a literal.
    private func literal(of node: Int, _ path: Span<UInt8>, _ segment: Range<Int>) -> Int? {
        let index = insertionIndex(in: node, path, segment)
        guard index < nodes[node].literals.count,
            order(nodes[node].literals[index], path, segment) == 0
        else { return nil }
        return nodes[node].literals[index].node
    }

    private func insertionIndex(
        in node: Int, _ path: Span<UInt8>, _ segment: Range<Int>
    ) -> Int {
        var low = 0
        var high = nodes[node].literals.count
        while low < high {
            let middle = (low + high) / 2
            if order(nodes[node].literals[middle], path, segment) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Negative when the literal stands before the segment, 0 when it is the segment.
    private func order(_ literal: Literal, _ path: Span<UInt8>, _ segment: Range<Int>) -> Int {
        guard literal.bytes.count == segment.count else {
            return literal.bytes.count - segment.count
        }
        for offset in 0..<segment.count {
            let difference =
                Int(segments[literal.bytes.lowerBound + offset])
                - Int(path[segment.lowerBound + offset])
            if difference != 0 { return difference }
        }
        return 0
    }

    // MARK: Building

    private static func add(_ choice: Choice, to routes: inout [Choice]) -> Bool {
        guard !routes.contains(where: { $0.method == choice.method }) else { return false }
        routes.append(choice)
        return true
    }

    private mutating func index(of method: Method) -> Int {
        if let index = methods.firstIndex(of: method) { return index }
        methods.append(method)
        return methods.count - 1
    }

    private mutating func literalChild(of node: Int, _ segment: [UInt8]) -> Int {
        if let child = literal(of: node, segment.span, 0..<segment.count) { return child }
        nodes.append(Node())
        let literal = Literal(
            bytes: segments.count..<(segments.count + segment.count), node: nodes.count - 1)
        let index = insertionIndex(in: node, segment.span, 0..<segment.count)
        segments += segment
        nodes[node].literals.insert(literal, at: index)
        return literal.node
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if let child = nodes[node].parameter { return child }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }
}
