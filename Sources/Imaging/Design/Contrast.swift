import Glibc

/// How well a code's dark modules part from its ground.
public struct Contrast: Sendable, Hashable {
    /// The lighter luminance to the darker, 1…21 (WCAG 2.2, "contrast ratio").
    public let ratio: Double
    /// Ground less modules, −1…1: what ISO/IEC 15415 §7.8.3 calls symbol contrast.
    public let difference: Double

    /// WCAG 2.2, success criterion 1.4.11: graphics that must be recognised.
    public static let ratioMin = 3.0
    /// ISO/IEC 15415 table 7: grade 2 ("C"), which most uses ask of a printed symbol, begins at 40 %.
    public static let differenceMin = 0.4

    public init(modules: RGB, ground: RGB) {
        let (dark, light) = (modules.luminance, ground.luminance)
        ratio = (max(dark, light) + 0.05) / (min(dark, light) + 0.05)
        difference = light - dark
    }

    /// Modules lighter than the ground: many phones do not look for that.
    public var isInverted: Bool { difference < 0 }

    public var isEnough: Bool {
        !isInverted && ratio >= Self.ratioMin && difference >= Self.differenceMin
    }
}

extension RGB {
    /// The light of each part's values (IEC 61966-2-1 §5.2).
    static let linear: [Double] = (0...255).map { value in
        let part = Double(value) / 255
        return part <= 0.040_45 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
}
