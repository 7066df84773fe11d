import ArgumentParser
import Foundation
import Imaging
import QR

/// `matou qr`: a text into a picture, without a server.
struct QRCommand: SettableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr", abstract: "Draws a text as a QR code.",
        discussion: "Each flag is a setting too: --quiet-zone is MATOU_QUIET_ZONE.")
    static let path = ["qr"]
    static let options =
        [
            "input", "output", "ecc", "min-version", "max-version", "mask", "format", "size",
            "print", "quiet-zone",
        ] + DesignOptions.options
    static let switches = ["binary", "boost", "kanji", "eci"]

    @Argument(help: "The text.") var text: String?
    @Option(help: "Read the text from a file, - for standard input.") var input: String?
    @Option(help: "Write to a file, - for standard output.") var output = "-"
    @Flag(help: "The input is bytes of any kind, not UTF-8.") var binary = false
    @Option(help: "Error correction: L, M, Q or H.") var ecc = "M"
    @Option(parsing: .unconditional, help: "The smallest version, 1 to 40.") var minVersion = "1"
    @Option(parsing: .unconditional, help: "The largest version, 1 to 40.") var maxVersion = "40"
    @Option(parsing: .unconditional, help: "The mask, 0 to 7; the best one if left out.")
    var mask: String?
    @Option(help: "png, svg or text; by the output's name if left out.") var format: Format?
    @Option(
        parsing: .unconditional,
        help: "The picture's edge in pixels, at most 20000; 8 pixels a module if left out.")
    var size: String?
    @Option(
        name: .customLong("print"), parsing: .unconditional,
        help:
            "The width on paper in centimetres at 300 dpi, in place of --size: 8, 12, 15, 30 or 50."
    )
    var printWidth: String?
    @Option(
        parsing: .unconditional,
        help: "Light modules around the code, 0 to 64; in looks of your own at least 2.")
    var quietZone = "4"
    @Flag(help: "Raise the level where the version has room; a logo always does.") var boost = false
    @Flag(
        help: "Use Kanji mode for Japanese texts; all beyond ASCII has to be in JIS X 0208.")
    var kanji = false
    @Flag(help: "Declare the text to be UTF-8; not with --kanji or --binary.") var eci = false
    @OptionGroup(title: "Looks") var looks: DesignOptions
    @OptionGroup var settings: ConfigOption

    enum Format: String, ExpressibleByArgument, CaseIterable { case png, svg, text }

    /// More than any symbol holds; a longer input is too long whatever it says.
    private static let inputBytesMax = 1 << 20

    func run() throws {
        let format = try chosenFormat()
        let design = try looks.design()
        if format == .text, design != .plain {
            throw CommandFailure(
                words: "--format text has no colours, shapes or logo; take png or svg", status: 64)
        }
        let drawing = QRDrawing(
            try payload(), try options(), design: design,
            quietZone: try Int(quietZone, of: "--quiet-zone", in: QRPicture.quietZones(design)),
            size: try chosenSize(for: format))
        do {
            let picture = try drawing.proven().picture
            let bytes: [UInt8] =
                switch format {
                case .png: try picture.png()
                case .svg: Array(picture.svg().utf8)
                case .text: Array(picture.text().utf8)
                }
            try ByteFile.write(bytes, to: output)
        } catch let refusal as QRDrawing.Refusal {
            throw CommandFailure(
                words: refusal.words(asked: drawing), status: refusal.isWrongUsage ? 64 : 1)
        }
    }

    private static let printWidths = [8, 12, 15, 30, 50]

    private func chosenSize(for format: Format) throws -> QRPicture.Size {
        guard let printWidth else {
            guard let size else { return .modules(pixels: 8) }
            guard format != .text else {
                throw CommandFailure(words: "--size is for PNG and SVG", status: 64)
            }
            return .pixels(try Int(size, of: "--size", in: 21...QRPicture.pixelsMax))
        }
        guard let centimetres = Int(printWidth), Self.printWidths.contains(centimetres) else {
            throw CommandFailure(
                words: "--print is \(printWidth), but must be 8, 12, 15, 30 or 50", status: 64)
        }
        guard size == nil, format != .text else {
            throw CommandFailure(
                words: "--print takes the place of --size, in PNG and SVG", status: 64)
        }
        return .print(centimetres: centimetres)
    }

    /// - Throws: `CommandFailure` for a file whose name ends as those of another format.
    private func chosenFormat() throws -> Format {
        if let format { return format }
        if output == "-" { return isatty(STDOUT_FILENO) == 1 ? .text : .png }
        switch URL(fileURLWithPath: output).pathExtension.lowercased() {
        case "png", "": return .png
        case "svg": return .svg
        case "txt": return .text
        case let suffix:
            throw CommandFailure(
                words: "--output ends in .\(suffix), but must in .png, .svg or .txt; "
                    + "--format says which it is in a file of any name", status: 64)
        }
    }

    private func options() throws -> QRSymbol.Options {
        guard let level = QRSymbol.Level(letter: ecc) else {
            throw CommandFailure(words: "--ecc is \(ecc), but must be L, M, Q or H", status: 64)
        }
        try checkWhatTheBytesAre()
        let smallest = try Int(minVersion, of: "--min-version", in: 1...40)
        return QRSymbol.Options(
            level: level, minVersion: smallest,
            maxVersion: try Int(maxVersion, of: "--max-version", in: smallest...40),
            mask: try mask.map { try Int($0, of: "--mask", in: 0...7) }, boost: boost,
            kanji: kanji, eci: eci)
    }

    /// Two of the three flags would contradict each other.
    private func checkWhatTheBytesAre() throws {
        let words: String? =
            switch (kanji, eci, binary) {
            case (true, true, _):
                "--kanji does not go with --eci, which declares the text to be UTF-8"
            case (_, true, true):
                "--eci declares the text to be UTF-8, which --binary says it is not"
            case (true, _, true): "--kanji is for a text, which --binary says the input is not"
            default: nil
            }
        if let words { throw CommandFailure(words: words, status: 64) }
    }

    /// The bytes of the text or the file.
    private func payload() throws -> [UInt8] {
        switch (text, input) {
        case (""?, nil):
            throw CommandFailure(
                words: "the text is empty; give what the code shall say", status: 64)
        case (let text?, nil): return Array(text.utf8)
        case (nil, let path?):
            let bytes = try ByteFile.read(path, bytesMax: Self.inputBytesMax)
            guard !bytes.isEmpty else { throw CommandFailure.other("the input is empty") }
            guard binary || String(validating: bytes, as: UTF8.self) != nil else {
                throw CommandFailure.other("the input is not UTF-8; --binary takes any bytes")
            }
            return bytes
        default:
            throw CommandFailure(words: "give either a text or --input FILE", status: 64)
        }
    }
}

extension QRDrawing.Refusal {
    /// What is wrong, and the flags with which it would not be.
    fileprivate func words(asked drawing: QRDrawing) -> String {
        switch self {
        case .encoding(let error): error.description
        case .drawing(.tooSmall(let pixels, let minimum)):
            "--size is \(pixels), but must be at least \(minimum) for this text in these looks"
        case .drawing(let error): error.description
        case .design(let fault, nil): fault.description
        case .design(let fault, let nearest?):
            "\(fault); this would pass: \(nearest.flags(instead: drawing).joined(separator: " "))"
        }
    }

    /// A flag out of its range, not a text or a design that will not do.
    fileprivate var isWrongUsage: Bool {
        switch self {
        case .encoding(.tooLong), .design: false
        case .encoding, .drawing: true
        }
    }
}

extension QRDrawing.Nearest {
    /// The flags that differ from what was asked for.
    fileprivate func flags(instead drawing: QRDrawing) -> [String] {
        let asked = drawing.design
        var flags: [String] = []
        func add(_ flag: String, _ value: String, if differs: Bool) {
            if differs { flags.append("\(flag) \(value)") }
        }
        add("--ecc", String(level.letter), if: level != drawing.options.level)
        add("--foreground", "'\(design.foreground.hex)'", if: design.foreground != asked.foreground)
        add("--background", "'\(design.background.hex)'", if: design.background != asked.background)
        if let gradient = design.gradient {
            let value = "'\(gradient.end.hex),\(gradient.angle)'"
            add("--gradient", value, if: gradient != asked.gradient)
        } else if asked.gradient != nil {
            flags.append("no --gradient")
        }
        add("--modules", design.modules.rawValue, if: design.modules != asked.modules)
        add("--eyes", design.eyes.rawValue, if: design.eyes != asked.eyes)
        if asked.logo != nil, design.logo == nil { flags.append("no --logo") }
        if let size = design.logoSize { add("--logo-size", "\(size)", if: size != asked.logoSize) }
        return flags
    }
}
