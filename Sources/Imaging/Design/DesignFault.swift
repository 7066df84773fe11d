public import QR

/// What keeps a design from being handed out.
public enum DesignFault: Error, Equatable {
    /// The modules are lighter than the ground.
    case inverted
    case contrast(Contrast)
    /// No logo fits at this level.
    case noRoomForLogo(QRSymbol.Level)
    case logoTooLarge(percent: Int, largest: Int, QRSymbol.Level)
    /// The worst block has less than half of its correction left.
    case weak(reserve: Double)
    /// Our reader finds another text in the picture, or none.
    case unreadable
}

extension QRDrawing {
    /// The first design that passes, of those that are like this one, in this order: more contrast, which
    /// all that follow then have too; a smaller logo; a higher level with the logo as it is, then with
    /// a smaller one; square modules and eyes; no logo.
    ///
    /// Nil when none passes, such as when the picture is too small for any shape.
    func nearest(after fault: DesignFault) -> Nearest? {
        var start = self
        switch fault {
        case .inverted, .contrast: start.design = design.withMoreContrast
        default: break
        }
        var candidates = [start]
        let levels = QRSymbol.Level.allCases.filter { $0 >= options.level }
        for simple in [false, true] {
            for level in levels {
                var candidate = start
                candidate.options.level = level
                if simple { (candidate.design.modules, candidate.design.eyes) = (.square, .square) }
                candidates.append(candidate)
                if design.logo != nil {
                    // Left open, the size is the largest that passes, so it has to be capped.
                    candidates += candidate.withSmallerLogos
                }
            }
        }
        var bare = start
        (bare.design.logo, bare.design.logoSize) = (nil, nil)
        candidates.append(bare)
        (bare.design.modules, bare.design.eyes) = (.square, .square)
        candidates.append(bare)
        for candidate in candidates where candidate != self {
            if let proven = try? candidate.drawn() {
                var design = candidate.design
                design.logoSize = proven.logoSize
                return Nearest(design: design, level: candidate.options.level)
            }
        }
        return nil
    }

    private var withSmallerLogos: [QRDrawing] {
        let smallest = QRDesign.logoSizes.lowerBound
        guard let size = design.logoSize, size > smallest else { return [] }
        return stride(from: size - 2, through: smallest, by: -2).map { size in
            var smaller = self
            smaller.design.logoSize = size
            return smaller
        }
    }
}

extension QRDesign {
    /// Darker modules, in tenths of the way to black, and only then a lighter ground; an inverted
    /// design is turned round first.
    var withMoreContrast: QRDesign {
        var base = self
        if contrast.isInverted {
            base.foreground = background
            base.background = gradient?.end ?? foreground
            base.gradient = nil
        }
        for ground in 0...10 {
            for dark in 0...10 {
                var design = base
                func darker(_ color: RGB) -> RGB { color.mixed(with: .black, Double(dark) / 10) }
                design.foreground = darker(base.foreground)
                design.gradient = base.gradient.map {
                    Gradient(to: darker($0.end), angle: $0.angle)
                }
                design.background = base.background.mixed(with: .white, Double(ground) / 10)
                if design.contrast.isEnough { return design }
            }
        }
        return .plain
    }
}

extension DesignFault: CustomStringConvertible {
    /// A sentence for people.
    public var description: String {
        switch self {
        case .inverted: "the modules must be darker than the ground; many phones read no other"
        case .contrast(let contrast):
            """
            the contrast of modules and ground is too low: \(Self.tenths(contrast.ratio)) to 1, at \
            least \(Self.tenths(Contrast.ratioMin)) to 1 is needed and a ground lighter by \
            \(Int(Contrast.differenceMin * 100)) %
            """
        case .noRoomForLogo(let level):
            "level \(level.letter) has no correction to spare for a logo; take M, Q or H"
        case .logoTooLarge(let percent, let largest, let level):
            "a logo of \(percent) % is too large: level \(level.letter) bears \(largest) %"
        case .weak(let reserve):
            """
            the picture is read, but only \(Int((reserve * 100).rounded())) % of the correction is \
            left for print and scratches; half is needed
            """
        case .unreadable: "the picture cannot be read with this design"
        }
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
