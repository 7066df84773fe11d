public import QR

/// What a code looks like beyond black squares on white.
public struct QRDesign: Sendable, Hashable {
    public var foreground: RGB
    public var background: RGB
    /// Colours the modules from `foreground` to another colour.
    public var gradient: Gradient?
    public var modules: ModuleShape
    public var eyes: EyeShape
    public var logo: Logo?
    /// The edge of the logo with its margin, in per cent of the symbol's; nil for the largest that
    /// leaves half of the correction.
    public var logoSize: Int?

    public struct Gradient: Sendable, Hashable {
        public let end: RGB
        /// Degrees: 0 from left to right, 90 from top to bottom.
        public let angle: Int

        public static let angles = 0...359

        /// - Parameter angle: any number of degrees; whole turns are taken off.
        public init(to end: RGB, angle: Int) {
            self.end = end
            self.angle = (angle % 360 + 360) % 360
        }
    }

    public enum ModuleShape: String, Sendable, CaseIterable {
        case square
        /// A disc for each module.
        case dot
        /// Neighbours join, what ends is round.
        case rounded
    }

    /// The three finder patterns.
    public enum EyeShape: String, Sendable, CaseIterable { case square, rounded, circle }

    /// Per cent of the symbol's edge that can be asked for.
    public static let logoSizes = 5...22

    public init(
        foreground: RGB = .black, background: RGB = .white, gradient: Gradient? = nil,
        modules: ModuleShape = .square, eyes: EyeShape = .square, logo: Logo? = nil,
        logoSize: Int? = nil
    ) {
        self.foreground = foreground
        self.background = background
        self.gradient = gradient
        self.modules = modules
        self.eyes = eyes
        self.logo = logo
        self.logoSize = logoSize
    }

    public static let plain = QRDesign()

    /// Black squares on white, which need no proof.
    public var isPlain: Bool {
        isTwoColored && foreground == .black && background == .white
    }

    /// Nothing but squares in two colours.
    var isTwoColored: Bool {
        gradient == nil && modules == .square && eyes == .square && logo == nil
    }

    /// The worst contrast of any module.
    public var contrast: Contrast {
        let ends = [foreground] + (gradient.map { [$0.end] } ?? [])
        let contrasts = ends.map { Contrast(modules: $0, ground: background) }
        return contrasts.min { $0.difference < $1.difference } ?? contrasts[0]
    }

    /// The largest logo that a level is asked to bear, in per cent of the symbol's edge: half of what
    /// scanners were found to bear, the rest being for print, glare and scratches; 0 for none.
    public static func logoSizeMax(_ level: QRSymbol.Level) -> Int {
        switch level {
        case .low: 0
        case .medium: 14
        case .quartile: 18
        case .high: 22
        }
    }
}
