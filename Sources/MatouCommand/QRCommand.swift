import ArgumentParser
import Foundation
import Imaging
import QR

/// `matou qr`: a text into a picture, without a server.
struct QRCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr", abstract: "Draws a text as a QR code.")

    @Argument(help: "The text.") var text: String?
    @Option(help: "Read the text from a file, - for standard input.") var input: String?
    @Option(help: "Write to a file, - for standard output.") var output = "-"
    @Flag(help: "The input is bytes of any kind, not UTF-8.") var binary = false
    @Option(help: "Error correction: L, M, Q or H.") var ecc = "M"
    @Option(help: "The smallest version, 1 to 40.") var minVersion = 1
    @Option(help: "The largest version, 1 to 40.") var maxVersion = 40
    @Option(help: "The mask, 0 to 7; the best one if left out.") var mask: Int?
    @Option(help: "png, svg or text; by the output's name if left out.") var format: Format?
    @Option(help: "The picture's edge in pixels; 8 pixels a module if left out.") var size: Int?
    @Option(help: "Light modules around the code.") var quietZone = 4
    @Flag(help: "Raise the level where the version has room; a logo always does.") var boost = false
    @Flag(help: "Use Kanji mode where it is shorter.") var kanji = false
    @Flag(help: "Declare the text to be UTF-8.") var eci = false
    @OptionGroup(title: "Looks") var looks: DesignOptions

    enum Format: String, ExpressibleByArgument, CaseIterable { case png, svg, text }

    /// More than any symbol holds; a longer input is too long whatever it says.
    private static let inputBytesMax = 1 << 20

    func run() throws {
        let drawing = QRDrawing(
            try payload(), try options(), design: try looks.design(), quietZone: quietZone,
            size: size.map { .pixels($0) } ?? .modules(pixels: 8))
        do {
            let picture = try drawing.proven().picture
            let bytes: [UInt8] =
                switch chosenFormat {
                case .png: try picture.png()
                case .svg: Array(picture.svg().utf8)
                case .text: Array(picture.text().utf8)
                }
            try ByteFile.write(bytes, to: output)
        } catch let refusal as QRDrawing.Refusal {
            throw CommandFailure(words: "\(refusal)", status: refusal.isWrongUsage ? 64 : 1)
        }
    }

    private var chosenFormat: Format {
        if let format { return format }
        let suffix = output.split(separator: ".").last.map { $0.lowercased() }
        if output != "-" { return suffix == "svg" ? .svg : suffix == "txt" ? .text : .png }
        return isatty(STDOUT_FILENO) == 1 ? .text : .png
    }

    private func options() throws -> QRSymbol.Options {
        guard let level = QRSymbol.Level(letter: ecc) else {
            throw CommandFailure(words: "--ecc is \(ecc), but must be L, M, Q or H", status: 64)
        }
        return QRSymbol.Options(
            level: level, minVersion: minVersion, maxVersion: maxVersion, mask: mask, boost: boost,
            kanji: kanji && !binary, eci: eci)
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
    /// A flag out of its range, not a text or a design that will not do.
    fileprivate var isWrongUsage: Bool {
        switch self {
        case .encoding(.tooLong), .design: false
        case .encoding, .drawing: true
        }
    }
}

/// Whole files, and the standard streams under the name `-`.
enum ByteFile {
    static func read(_ path: String, bytesMax: Int) throws -> [UInt8] {
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle else { throw CommandFailure.other("\(path) cannot be read") }
        do {
            var bytes: [UInt8] = []
            while bytes.count <= bytesMax, let more = try handle.read(upToCount: 1 << 16),
                !more.isEmpty
            {
                bytes += more
            }
            guard bytes.count <= bytesMax else {
                throw CommandFailure.other("\(path) has more than \(bytesMax) bytes")
            }
            return bytes
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.other("\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            if path == "-" {
                try FileHandle.standardOutput.write(contentsOf: Data(bytes))
            } else {
                try Data(bytes).write(to: URL(fileURLWithPath: path))
            }
        } catch {
            throw CommandFailure.other("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
