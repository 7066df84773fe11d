import CReference
import Foundation
import Imaging
import QR

/// Encoding, bytes to modules, beside libqrencode.
func encoding(_ payload: Payload, rounds: Int) -> Contest {
    let level = QRSymbol.Level(letter: String(payload.level)) ?? .low
    let theirLevel = [QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H][level.rawValue]
    let options = QRSymbol.Options(level: level)
    return Contest(
        name: payload.name, rounds: rounds,
        ours: { (try? QRSymbol.encode(payload.bytes, options))?.version ?? .min },
        theirs: {
            let code = QRcode_encodeData(
                Int32(payload.bytes.count), payload.bytes, 0, theirLevel)
            defer { QRcode_free(code) }
            return Int(code?.pointee.version ?? 0)
        })
}

/// The picture of a symbol, modules to PNG bytes, beside libpng with its defaults.
func picture(
    _ symbol: QRSymbol, edge: Int, by deflater: QRPicture.Deflater, rounds: Int
) throws -> Contest {
    let picture = QRPicture(symbol, size: .pixels(edge))
    let layout = try picture.layout()
    return Contest(
        name: "PNG, \(edge) pixels, \(deflater == .zlib ? "zlib" : "rows")", rounds: rounds,
        ours: { (try? picture.png(deflatedBy: deflater))?.count ?? .min },
        theirs: {
            let stride = (edge + 7) / 8
            var rows = [UInt8](repeating: 0xFF, count: stride * edge)
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            for row in 0..<symbol.side {
                let top = layout.margin + row * layout.module
                for column in 0..<symbol.side where symbol[row: row, column: column] {
                    let left = layout.margin + column * layout.module
                    for x in left..<left + layout.module {
                        rows[top * stride + x / 8] &= ~(0x80 >> UInt8(x % 8))
                    }
                }
                for copy in 1..<layout.module {
                    for byte in 0..<stride {
                        rows[(top + copy) * stride + byte] = rows[top * stride + byte]
                    }
                }
            }
            return reference_png(rows, Int32(edge), &bytes, bytes.count)
        })
}

func line(_ name: String, _ ours: String, _ theirs: String, _ ratio: String, _ goal: String) {
    func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let left = name + String(repeating: " ", count: max(0, 26 - name.count))
    print(left + padded(ours, 10) + padded(theirs, 10) + padded(ratio, 9) + "  " + goal)
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 9
func number(_ value: Double) -> String { String(format: "%.2f", value) }
/// Every gate that was not held; they are the exit status.
var missed: [String] = []

line("encode, us of thread CPU", "Matou", "qrencode", "ratio", "gate, record")
for payload in Payload.all {
    let result = encoding(payload, rounds: rounds).run()
    if result.ratio < payload.gate { missed.append(payload.name) }
    let isRecord = result.ratio >= payload.record
    line(
        result.name, number(result.ours), number(result.theirs), number(result.ratio),
        "\(Int(payload.gate)), \(Int(payload.record))\(isRecord ? ": a record" : "")")
}
line("with boost", "Matou", "without", "ratio", "")
for payload in Payload.all.prefix(2) {
    let level = QRSymbol.Level(letter: String(payload.level)) ?? .low
    let result = Contest(
        name: payload.name, rounds: rounds,
        ours: {
            (try? QRSymbol.encode(payload.bytes, .init(level: level, boost: true)))?.version ?? .min
        },
        theirs: { (try? QRSymbol.encode(payload.bytes, .init(level: level)))?.version ?? .min }
    ).run()
    line(result.name, number(result.ours), number(result.theirs), number(result.ratio), "")
}

let pngGate = 2.5
let bytesMax = [430: 2048, 1280: Int.max]
line("PNG of a version 4 symbol", "Matou", "libpng", "ratio", "gate; bytes")
let symbol = try QRSymbol.encode(Payload.all[0].bytes)
for deflater in [QRPicture.Deflater.repeatedRows, .zlib] {
    for edge in [430, 1280] {
        let result = try picture(symbol, edge: edge, by: deflater, rounds: rounds).run()
        let bytes = try QRPicture(symbol, size: .pixels(edge)).png(deflatedBy: deflater).count
        if result.ratio < pngGate { missed.append(result.name) }
        if bytes > bytesMax[edge, default: .max] { missed.append("\(result.name): \(bytes) bytes") }
        line(
            result.name, number(result.ours), number(result.theirs), number(result.ratio),
            "\(pngGate); \(bytes)")
    }
}

line("damage past the limit", "trials", "misread", "per mille", "codewords wrong in each block")
for level in QRSymbol.Level.allCases {
    for version in [1, 2, 4] {
        let misreads = Misreads(version: version, level: level, trials: 5000)
        let result = try misreads.run()
        line(
            "version \(version), \(level.letter), \(result.blocks) blocks", "\(misreads.trials)",
            "\(result.misread)", number(1000 * Double(result.misread) / Double(misreads.trials)),
            "more than \(result.correctable)")
    }
}

if !missed.isEmpty {
    FileHandle.standardError.write(
        Data("gates missed: \(missed.joined(separator: ", "))\n".utf8))
    exit(1)
}
