/// Three finder patterns at the corners of a symbol.
struct SymbolCorners {
    let topLeft: FinderPattern
    let topRight: FinderPattern
    let bottomLeft: FinderPattern

    private static let patternsMax = 8
    private static let candidatesMax = 6

    /// Triples that could be a symbol's corners, the most square first.
    static func candidates(_ patterns: [FinderPattern]) -> [SymbolCorners] {
        let patterns = Array(patterns.prefix(patternsMax))
        var found: [(corners: SymbolCorners, error: Double)] = []
        for a in patterns.indices {
            for b in patterns.indices where b != a {
                for c in patterns.indices where c != a && c != b {
                    let corners = SymbolCorners(
                        topLeft: patterns[a], topRight: patterns[b], bottomLeft: patterns[c])
                    let error = corners.error
                    if error < 0.25 { found.append((corners, error)) }
                }
            }
        }
        return found.sorted { $0.error < $1.error }.prefix(candidatesMax).map(\.corners)
    }

    private var right: (x: Double, y: Double) { (topRight.x - topLeft.x, topRight.y - topLeft.y) }
    private var down: (x: Double, y: Double) {
        (bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y)
    }
    private var module: Double { (topLeft.module + topRight.module + bottomLeft.module) / 3 }

    /// 0 for a square that is not mirrored and whose modules are equally large.
    private var error: Double {
        let (width, height) = (length(right), length(down))
        guard width > 0, height > 0, right.x * down.y - right.y * down.x > 0 else { return 1 }
        let skew = abs(right.x * down.x + right.y * down.y) / (width * height)
        let stretch = abs(width - height) / max(width, height)
        let modules = [topLeft.module, topRight.module, bottomLeft.module]
        let spread = ((modules.max() ?? 0) - (modules.min() ?? 0)) / module
        let count = width / module + 7
        guard count > 19, count < 185 else { return 1 }
        return skew + stretch + spread / 4
    }

    private func length(_ vector: (x: Double, y: Double)) -> Double {
        (vector.x * vector.x + vector.y * vector.y).squareRoot()
    }

    /// The modules along an edge that the distance of the finders suggests, the likeliest first.
    /// Where modules are a pixel or two, the nearest may be a version off.
    var sides: [Int] {
        let distance = (length(right) + length(down)) / 2
        let version = (distance / module + 7 - 17) / 4
        let nearest = version.rounded()
        return [nearest, nearest + (version < nearest ? -1 : 1)]
            .filter { (1...40).contains($0) }.map { 17 + 4 * Int($0) }
    }

    /// The colour at the middle of a module, of `side` along an edge. The finders' centres are 3.5
    /// modules from the edges.
    func isDark(_ image: DarkPixels, row: Int, column: Int, side: Int) -> Bool {
        let span = Double(side - 7)
        let (u, v) = ((Double(column) - 3) / span, (Double(row) - 3) / span)
        let x = topLeft.x + u * right.x + v * down.x
        let y = topLeft.y + u * right.y + v * down.y
        return image.isDark(x: x, y: y, radius: length(right) / span / 4)
    }
}
