public import ArgumentParser
public import Imaging

/// The flags of a code's looks.
struct DesignOptions: ParsableArguments {
    static let options = [
        "foreground", "background", "gradient", "modules", "eyes", "logo", "logo-size",
    ]

    @Option(help: "The modules' colour, such as '#07305f'.") var foreground = "#000000"
    @Option(help: "The ground's colour; it has to be the lighter one.") var background = "#ffffff"
    @Option(
        help: ArgumentHelp(
            "The colour that the modules change to, and in which direction: 0 is to the right.",
            valueName: "colour[,degrees]"))
    var gradient: String?
    @Option(help: "The modules' shape: \(Self.names(QRDesign.ModuleShape.self)).")
    var modules = QRDesign.ModuleShape.square
    @Option(help: "The eyes' shape: \(Self.names(QRDesign.EyeShape.self)).")
    var eyes = QRDesign.EyeShape.square
    @Option(
        help: "A PNG or JPEG picture for the middle, at most 10 MB and 65 million pixels.")
    var logo: String?
    @Option(
        parsing: .unconditional,
        help: "The logo's edge in per cent of the code's, 5 to 22; the largest safe if left out.")
    var logoSize: String?

    /// - Throws: `CommandFailure` with status 64 and the flag's name.
    func design() throws -> QRDesign {
        QRDesign(
            foreground: try Self.color(foreground, of: "--foreground"),
            background: try Self.color(background, of: "--background"),
            gradient: try gradient.map(Self.gradient), modules: modules, eyes: eyes,
            logo: try logo.map(Self.logo), logoSize: try checkedLogoSize())
    }

    private func checkedLogoSize() throws -> Int? {
        guard let logoSize else { return nil }
        guard logo != nil else {
            throw CommandFailure(words: "--logo-size needs --logo", status: 64)
        }
        return try Int(logoSize, of: "--logo-size", in: QRDesign.logoSizes, " per cent")
    }

    private static func color(_ text: String, of flag: String) throws -> RGB {
        guard let color = RGB(hex: text) else {
            throw CommandFailure(
                words: "\(flag) is \(text), but must be six hexadecimal digits, such as #07305f",
                status: 64)
        }
        return color
    }

    private static func gradient(_ text: String) throws -> QRDesign.Gradient {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let end = try color(parts.first ?? "", of: "--gradient")
        guard parts.count > 1 else { return .init(to: end, angle: 0) }
        guard parts.count == 2, let angle = Int(parts[1]),
            QRDesign.Gradient.angles.contains(angle)
        else {
            throw CommandFailure(
                words: "--gradient is \(text), but after the colour must be 0 to 359 degrees",
                status: 64)
        }
        return .init(to: end, angle: angle)
    }

    private static func logo(_ path: String) throws -> Logo {
        let bytes = try ByteFile.read(path, bytesMax: Logo.fileBytesMax)
        let logo: Logo
        do { logo = try Logo(file: bytes) } catch {
            throw CommandFailure.other("--logo \(path): \(error)")
        }
        if logo.holdsCode {
            throw CommandFailure.other(
                "--logo \(path): this is a QR code itself, which phones would read in place of the "
                    + "code around it")
        }
        return logo
    }

    private static func names<Shape: CaseIterable & RawRepresentable<String>>(
        _ shape: Shape.Type
    ) -> String {
        shape.allCases.map(\.rawValue).joined(separator: ", ")
    }
}

extension QRDesign.ModuleShape: ExpressibleByArgument {}
extension QRDesign.EyeShape: ExpressibleByArgument {}
