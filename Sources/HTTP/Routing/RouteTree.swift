/// Patterns by segment. Looking up copies nothing and makes no String.
struct RouteTree: Sendable {
    private struct Node: Sendable {
        /// Sorted by length, then bytes.
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var routes: [(method: Method, route: Int)] = []
        /// Routes whose `{name...}` begins here.
        var restRoutes: [(method: Method, route: Int)] = []
    }

    private var nodes = [Node()]

    /// - Returns: false when a route of that method and shape is there already.
    mutating func insert(
        _ segments: [PathPattern.Segment], _ method: Method, _ route: Int
    ) -> Bool {
        var node = 0
        for segment in segments {
            switch segment {
            case .literal(let bytes): node = literalChild(of: node, bytes)
            case .parameter: node = parameterChild(of: node)
            case .rest:
                guard !nodes[node].restRoutes.contains(where: { $0.method == method }) else {
                    return false
                }
                nodes[node].restRoutes.append((method, route))
                return true
            }
        }
        guard !nodes[node].routes.contains(where: { $0.method == method }) else { return false }
        nodes[node].routes.append((method, route))
        return true
    }

    /// The best route for a path that begins with "/"; `ranges` gets what its parameters matched.
    func find(
        _ path: ArraySlice<UInt8>, _ method: Method, _ ranges: inout [Range<Int>]
    ) -> Int? {
        search(node: 0, path, from: path.startIndex + 1, &ranges) { routes in
            routes.first { $0.method == method }?.route
        }
    }

    /// All methods that some route has for the path.
    func methods(of path: ArraySlice<UInt8>) -> [Method] {
        var methods: [Method] = []
        var ranges: [Range<Int>] = []
        _ = search(node: 0, path, from: path.startIndex + 1, &ranges) { routes in
            for (method, _) in routes where !methods.contains(method) { methods.append(method) }
            return nil
        }
        return methods
    }

    /// Visits the nodes that match, best first, until `choose` takes a route.
    private func search(
        node: Int, _ path: ArraySlice<UInt8>, from start: Int, _ ranges: inout [Range<Int>],
        _ choose: ([(method: Method, route: Int)]) -> Int?
    ) -> Int? {
        var end = start
        while end < path.endIndex, path[end] != UInt8(ascii: "/") { end += 1 }
        let isLast = end == path.endIndex
        if let child = literalIndex(in: nodes[node], path[start..<end]) {
            let next = nodes[node].literals[child].node
            let route =
                isLast
                ? choose(nodes[next].routes)
                : search(node: next, path, from: end + 1, &ranges, choose)
            if let route { return route }
        }
        if let next = nodes[node].parameter, start < end {
            ranges.append(start..<end)
            let route =
                isLast
                ? choose(nodes[next].routes)
                : search(node: next, path, from: end + 1, &ranges, choose)
            if let route { return route }
            ranges.removeLast()
        }
        guard !nodes[node].restRoutes.isEmpty else { return nil }
        ranges.append(start..<path.endIndex)
        if let route = choose(nodes[node].restRoutes) { return route }
        ranges.removeLast()
        return nil
    }

    private func literalIndex(in node: Node, _ segment: ArraySlice<UInt8>) -> Int? {
        let index = insertionIndex(in: node, segment)
        guard index < node.literals.count, segment.elementsEqual(node.literals[index].segment)
        else {
            return nil
        }
        return index
    }

    private func insertionIndex(in node: Node, _ segment: some Collection<UInt8>) -> Int {
        var low = 0
        var high = node.literals.count
        while low < high {
            let middle = (low + high) / 2
            let candidate = node.literals[middle].segment
            let isBefore =
                candidate.count != segment.count
                ? candidate.count < segment.count : candidate.lexicographicallyPrecedes(segment)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func literalChild(of node: Int, _ segment: [UInt8]) -> Int {
        if let index = literalIndex(in: nodes[node], segment[...]) {
            return nodes[node].literals[index].node
        }
        nodes.append(Node())
        let index = insertionIndex(in: nodes[node], segment)
        nodes[node].literals.insert((segment, nodes.count - 1), at: index)
        return nodes.count - 1
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if let child = nodes[node].parameter { return child }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }
}
