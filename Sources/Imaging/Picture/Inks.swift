import Glibc

/// The palette of a styled picture: the ground, each step of the gradient in each shade towards the
/// ground, and then the logo's colours.
struct Inks {
    /// Shades between the ground (0) and the full colour.
    let full: Int
    /// Colours of the gradient, 1 without one.
    private let steps: Int
    private(set) var colors: [RGB]

    init(_ design: QRDesign) {
        // With a logo at least 143 of the 256 colours are left for it.
        (full, steps) =
            switch (design.gradient != nil, design.logo != nil) {
            case (false, _): (15, 1)
            case (true, false): (7, 36)
            case (true, true): (7, 16)
            }
        colors = [design.background]
        for step in 0..<steps {
            let part = steps > 1 ? Double(step) / Double(steps - 1) : 0
            let ink = design.gradient.map { design.foreground.mixed(with: $0.end, part) }
            for shade in 1...full {
                colors.append(
                    design.background.mixed(
                        with: ink ?? design.foreground, Double(shade) / Double(full)))
            }
        }
    }

    /// - Parameter part: of the gradient, 0…1.
    func index(shade: UInt8, part: Double) -> UInt8 {
        guard shade > 0 else { return 0 }
        let step = min(max(Int(part * Double(steps)), 0), steps - 1)
        return UInt8(1 + step * full + Int(shade) - 1)
    }

    var isGradient: Bool { steps > 1 }

    /// Adds a picture's colours, reduced to what there is room for; says which each pixel has.
    mutating func add(_ pixels: [RGBA]) -> [UInt8] {
        let table = ColorTable(pixels, max: 256 - colors.count)
        let first = UInt8(colors.count)
        colors += table.colors.map(\.opaque)
        return table.indices.map { first + $0 }
    }

    /// Bits a pixel.
    var depth: Int { [1, 2, 4].first { colors.count <= 1 << $0 } ?? 8 }
}

extension QRDesign.Gradient {
    /// How far along the gradient a point is, 0…1, when the symbol's coordinates are −1…1 both ways.
    func part(_ x: Double, _ y: Double) -> Double {
        let (dx, dy) = direction
        return (x * dx + y * dy) / (2 * (abs(dx) + abs(dy))) + 0.5
    }

    /// Of length 1; y points down.
    var direction: (x: Double, y: Double) {
        let radians = Double(angle) * .pi / 180
        return (cos(radians), sin(radians))
    }
}
