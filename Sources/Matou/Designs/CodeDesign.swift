package import Imaging
package import QR

/// What a code looks like, as it was chosen: its fields have the same names on the page, in the API and in
/// the store.
package struct CodeDesign: Sendable, Hashable {
    /// Colours, shapes and the logo's size; the logo itself is known by its id.
    package var looks = QRDesign.plain
    package var logo: UploadedLogo.ID?
    /// The least error correction; it rises where the version has room.
    package var level = QRSymbol.Level.medium

    package static let plain = CodeDesign()
    package static let levels = ["M", "Q", "H"]
    /// Of the edges of pictures that can be asked for.
    package static let pixels = 64...4096
    /// Where no width is asked for.
    package static let standardPixels = 430
    package static let fieldNames = [
        "foreground", "background", "gradient", "angle", "modules", "eyes", "logo", "logo_size",
        "level",
    ]

    /// The fields that are whole numbers.
    package static let numberNames: Set = ["angle", "logo_size"]

    package init() {}

    /// Reads the fields that are there onto a design; an empty gradient, logo or size takes it away.
    ///
    /// - Parameter field: the text of a field by its name; nil leaves it as it is.
    package init(
        _ base: CodeDesign = .plain, _ faults: inout FieldFaults, field: (String) -> String?
    ) {
        self = base
        if let color = Self.color("foreground", field, &faults) { looks.foreground = color }
        if let color = Self.color("background", field, &faults) { looks.background = color }
        readGradient(field, &faults)
        if let shape: QRDesign.ModuleShape = Self.choice("modules", field, &faults) {
            looks.modules = shape
        }
        if let shape: QRDesign.EyeShape = Self.choice("eyes", field, &faults) { looks.eyes = shape }
        if let text = field("logo") { logo = text.isEmpty ? nil : UploadedLogo.ID(text) }
        if let text = field("logo_size") {
            looks.logoSize =
                text.isEmpty ? nil : Self.number("logo_size", text, QRDesign.logoSizes, &faults)
        }
        if let text = field("level") {
            if let level = QRSymbol.Level(letter: text), level != .low {
                self.level = level
            } else {
                faults.add("level", .notOneOf(Self.levels))
            }
        }
    }

    private mutating func readGradient(_ field: (String) -> String?, _ faults: inout FieldFaults) {
        var angle = looks.gradient?.angle ?? 0
        if let text = field("angle"), !text.isEmpty,
            let number = Self.number("angle", text, QRDesign.Gradient.angles, &faults)
        {
            angle = number
        }
        if let text = field("gradient"), text.isEmpty {
            looks.gradient = nil
        } else if let end = Self.color("gradient", field, &faults) ?? looks.gradient?.end {
            looks.gradient = .init(to: end, angle: angle)
        }
    }

    private static func color(
        _ name: String, _ field: (String) -> String?, _ faults: inout FieldFaults
    ) -> RGB? {
        guard let text = field(name) else { return nil }
        guard let color = RGB(hex: text) else {
            faults.add(name, .malformedColor)
            return nil
        }
        return color
    }

    private static func choice<Shape: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ field: (String) -> String?, _ faults: inout FieldFaults
    ) -> Shape? {
        guard let text = field(name) else { return nil }
        guard let shape = Shape(rawValue: text) else {
            faults.add(name, .notOneOf(Shape.allCases.map(\.rawValue)))
            return nil
        }
        return shape
    }

    private static func number(
        _ name: String, _ text: String, _ range: ClosedRange<Int>, _ faults: inout FieldFaults
    ) -> Int? {
        guard let number = Int(text), range.contains(number) else {
            faults.add(name, .outOfRange(lower: range.lowerBound, upper: range.upperBound))
            return nil
        }
        return number
    }

    /// Every field as text, as `init` reads it.
    package var fields: [(name: String, text: String)] {
        [
            ("foreground", looks.foreground.hex), ("background", looks.background.hex),
            ("gradient", looks.gradient?.end.hex ?? ""),
            ("angle", looks.gradient.map { String($0.angle) } ?? ""),
            ("modules", looks.modules.rawValue), ("eyes", looks.eyes.rawValue),
            ("logo", logo?.text ?? ""), ("logo_size", looks.logoSize.map(String.init) ?? ""),
            ("level", String(level.letter)),
        ]
    }

    /// The drawing of a code's text.
    ///
    /// - Parameter image: the logo's picture, decoded.
    package func drawing(
        of content: String, logo image: Logo?, size: QRPicture.Size = .pixels(Self.standardPixels)
    ) -> QRDrawing {
        var design = looks
        design.logo = image
        if image == nil { design.logoSize = nil }
        return QRDrawing(
            Array(content.utf8), .init(level: level, boost: true), design: design, size: size)
    }
}
