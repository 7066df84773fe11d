import Foundation
import Imaging
import QR
import Testing

/// Pictures of ours as zbar reads them, which shares nothing with our reader.
struct ScannerTests {
    @Test func `zbar reads plain codes of every version, level, mask and mode`() throws {
        let alphabets = ["0123456789", "ABCDEFGHIJ $%*+-./:0123", "abcdefghijkl-0123456789"]
        let drawings = (1...40).flatMap { version in
            QRSymbol.Level.allCases.map { level in
                let turn = version + level.rawValue
                let alphabet = Array(alphabets[turn % alphabets.count])
                let text = String((0..<4 + version).map { alphabet[$0 * 7 % alphabet.count] })
                return QRDrawing(
                    Array(text.utf8),
                    .init(level: level, minVersion: version, mask: (turn + turn / 8) % 8),
                    size: .modules(pixels: 3))
            }
        }
        try #expect(Self.unread(drawings) == [])
    }

    @Test func `zbar reads what is declared to be UTF-8, whatever else was asked for`() throws {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "matou-scanned-\(UUID().uuidString).png")
        defer { try? FileManager.default.removeItem(at: file) }
        for text in ["日本語日本語日本語", "码头 2026 春"] {
            let drawing = QRDrawing(
                Array(text.utf8), .init(kanji: true, eci: true), size: .modules(pixels: 3))
            try Data(drawing.proven().picture.png()).write(to: file)
            #expect(try Self.scan(["--raw", file.path]) == text + "\n")
        }
    }

    @Test func `zbar reads every shape and colour, with a logo and without`() throws {
        let drawings = DesignTests.designs.flatMap { design in
            [nil, Logos.drop].map { logo in
                var design = design
                design.logo = logo
                return QRDrawing(DesignTests.link, design: design, size: .pixels(258))
            }
        }
        try #expect(Self.unread(drawings) == [])
    }

    /// What zbar does not read as it was written.
    private static func unread(_ drawings: [QRDrawing]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "matou-scanned-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var texts: [String: String] = [:]
        for (index, drawing) in drawings.enumerated() {
            let file = folder.appending(path: "\(index).png")
            try Data(drawing.proven().picture.png()).write(to: file)
            texts[file.path] = String(decoding: drawing.content, as: UTF8.self)
        }
        for (file, text) in try read(texts.keys.sorted()) where texts[file] == text {
            texts[file] = nil
        }
        return texts.values.sorted()
    }

    /// The texts by file, out of zbarimg's XML: `<source href='…'>…<![CDATA[…]]>`.
    private static func read(_ files: [String]) throws -> [String: String] {
        let sources = try scan(["--xml", "-S*.disable", "-Sqrcode.enable"] + files).components(
            separatedBy: "<source href='")
        return Dictionary(
            sources.dropFirst().compactMap { source in
                let data = source.components(separatedBy: "<![CDATA[").dropFirst().first
                return data.flatMap { data in
                    data.components(separatedBy: "]]>").first.map {
                        (String(source.prefix { $0 != "'" }), $0)
                    }
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// What zbarimg prints.
    private static func scan(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["zbarimg", "-q"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        // It looks for a desktop to tell, and says when there is none.
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
