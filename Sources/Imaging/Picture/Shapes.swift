/// Which corners of a module are round.
struct RoundCorners: OptionSet, Hashable {
    let rawValue: Int

    static let topLeft = RoundCorners(rawValue: 1)
    static let topRight = RoundCorners(rawValue: 2)
    static let bottomRight = RoundCorners(rawValue: 4)
    static let bottomLeft = RoundCorners(rawValue: 8)
    static let all: RoundCorners = [.topLeft, .topRight, .bottomRight, .bottomLeft]

    /// A corner is round where neither neighbour joins it.
    init(above: Bool, right: Bool, below: Bool, left: Bool) {
        self = []
        if !above, !left { insert(.topLeft) }
        if !above, !right { insert(.topRight) }
        if !below, !right { insert(.bottomRight) }
        if !below, !left { insert(.bottomLeft) }
    }

    init(rawValue: Int) { self.rawValue = rawValue }

    /// The corner of the quarter that a point of the unit square lies in.
    init(quarterOf x: Double, _ y: Double) {
        self =
            switch (x < 0.5, y < 0.5) {
            case (true, true): .topLeft
            case (false, true): .topRight
            case (false, false): .bottomRight
            case (true, false): .bottomLeft
            }
    }
}

extension QRDesign.ModuleShape {
    /// A disc's, in modules. A hair less than touching.
    static let dotRadius = 0.47

    /// Whether a point of a module, 0…1 both ways, is dark.
    func contains(_ x: Double, _ y: Double, round corners: RoundCorners) -> Bool {
        let distance = ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)).squareRoot()
        return switch self {
        case .square: true
        case .dot: distance <= Self.dotRadius
        case .rounded: !corners.contains(RoundCorners(quarterOf: x, y)) || distance <= 0.5
        }
    }
}

extension QRDesign.EyeShape {
    /// The radii of the corners of the ring's outside (7 modules), its inside (5) and the middle (3).
    /// Along the middle lines the 1:1:3:1:1 stays.
    var radii: (outer: Double, inner: Double, middle: Double) {
        switch self {
        case .square: (0, 0, 0)
        case .rounded: (2, 1.2, 0.9)
        case .circle: (3.5, 2.5, 1.5)
        }
    }

    /// Whether a point of a finder pattern, 0…7 modules both ways, is dark.
    func contains(_ x: Double, _ y: Double) -> Bool {
        func isWithin(_ half: Double, _ radius: Double) -> Bool {
            let (dx, dy) = (abs(x - 3.5), abs(y - 3.5))
            guard dx <= half, dy <= half else { return false }
            let (overX, overY) = (dx - (half - radius), dy - (half - radius))
            return overX <= 0 || overY <= 0 || overX * overX + overY * overY <= radius * radius
        }
        return isWithin(1.5, radii.middle)
            || isWithin(3.5, radii.outer) && !isWithin(2.5, radii.inner)
    }
}

/// A shape as pixels: how much of each it covers, in shades from 0 to `full`.
struct ShadeTile {
    let edge: Int
    private let shades: [UInt8]

    /// - Parameter contains: whether a point is dark, both coordinates 0…1.
    init(edge: Int, full: Int, contains: (Double, Double) -> Bool) {
        self.edge = edge
        let fine = 4
        let step = 1 / Double(edge * fine)
        var shades: [UInt8] = []
        shades.reserveCapacity(edge * edge)
        for y in 0..<edge {
            for x in 0..<edge {
                var hits = 0
                for sub in 0..<fine * fine {
                    let (column, row) = (x * fine + sub % fine, y * fine + sub / fine)
                    if contains((Double(column) + 0.5) * step, (Double(row) + 0.5) * step) {
                        hits += 1
                    }
                }
                shades.append(UInt8((hits * full + fine * fine / 2) / (fine * fine)))
            }
        }
        self.shades = shades
    }

    func row(_ y: Int) -> ArraySlice<UInt8> { shades[y * edge..<(y + 1) * edge] }
}
