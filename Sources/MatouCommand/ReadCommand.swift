import ArgumentParser
import Foundation
import Imaging
import QR

/// `matou read`: a QR code's text out of a PNG or JPEG picture, and how damaged it was.
struct ReadCommand: SettableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Reads the QR code in a PNG or JPEG picture.")
    static let path = ["read"]
    static let options: [String] = []
    static let switches = ["raw"]

    @Argument(help: "The picture, - for standard input.") var picture: String
    @Flag(help: "Write only the content, byte for byte. MATOU_RAW.") var raw = false
    @OptionGroup var settings: ConfigOption

    private static let pictureBytesMax = 64 << 20

    func run() throws {
        let bytes = try ByteFile.read(picture, bytesMax: Self.pictureBytesMax)
        let reading: QRReading
        do { reading = try QRReading(picture: bytes) } catch {
            throw CommandFailure.other("\(error)")
        }
        if let part = reading.part {
            Self.warn("this is part \(part.number) of \(part.count) of a longer text")
        }
        if raw {
            try ByteFile.write(reading.bytes, to: "-")
            return
        }
        if reading.isTextAssumed {
            Self.warn("the code does not say what its text is; read as ISO 8859-1")
        }
        print(
            reading.text.map(Self.shown)
                ?? "\(reading.bytes.count) bytes that are no text; --raw writes them")
        print("version \(reading.version), level \(reading.level.letter), mask \(reading.mask)")
        for (index, block) in reading.blocks.enumerated() {
            print(
                "block \(index + 1): \(block.corrected) of \(block.correctable) codewords corrected"
            )
        }
        print("reserve left: \(Int((reading.reserve * 100).rounded())) %")
    }

    /// The text with its control characters spelt: a stranger's code must not steer the terminal.
    private static func shown(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            let isControl = scalar.properties.generalCategory == .control
            return isControl && scalar != "\n" && scalar != "\t"
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }

    /// On standard error: the content alone is what a script wants.
    private static func warn(_ words: String) {
        FileHandle.standardError.write(Data("matou: \(words)\n".utf8))
    }
}
