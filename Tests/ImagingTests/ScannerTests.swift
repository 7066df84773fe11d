import Foundation
import Imaging
import QR
import TestSupport
import TestWorld
import Testing

/// Pictures of ours as others read them, who share nothing with our reader.
struct ScannerTests {
    @Test func `zxing reads every plain code, zbar and OpenCV as many as of libqrencode's`()
        async throws
    {
        let drawings = try Self.corpus()
        let unread = try await Self.unread(drawings, by: Peers.Reader.allCases)
        #expect(unread[.zxing] == [])
        // Both are weak: zbar guesses at Chinese, OpenCV loses large codes. What they read of the same texts,
        // drawn by others, is the measure.
        let theirs = try await Self.unread(drawings, by: [.zbar, .opencv]) { drawing, file in
            try await Peers.encode(drawing.content, drawing.options, into: file)
        }
        for (reader, texts) in theirs {
            #expect(
                unread[reader]?.count ?? .max <= texts.count + drawings.count / 50, "\(reader)")
        }
    }

    @Test func `zxing reads Kanji, UTF-8 and what is declared; zbar the two that are told`()
        async throws
    {
        let texts = [
            ("日本語日本語日本語", true), ("茗荷 abc 12345", true), ("アンカー・ハーバー", true),
            ("lower 茗 case 日本語日本語", true), ("plain ASCII \\ ~", true),
            ("日本語 \\ ~", false), ("码头 2026 春", false), ("naïve café 日本語", false),
            ("🛶 wharf", false), ("Пристань 5 码", false),
        ]
        func drawings(_ texts: [String], kanji: Bool, eci: Bool) -> [QRDrawing] {
            texts.map {
                QRDrawing(Array($0.utf8), .init(kanji: kanji, eci: eci), size: .modules(pixels: 4))
            }
        }
        let all = texts.map(\.0)
        let told =
            drawings(all, kanji: false, eci: true) + drawings(all, kanji: true, eci: true)
            + drawings(texts.filter(\.1).map(\.0), kanji: true, eci: false)
        let unread = try await Self.unread(told, by: [.zxing, .zbar])
        #expect(unread[.zxing] == [])
        #expect(unread[.zbar] == [])
        let others =
            drawings(all, kanji: false, eci: false) + drawings(all, kanji: true, eci: false)
        #expect(try await Self.unread(others, by: [.zxing]) == [.zxing: []])
    }

    @Test func `zxing and zbar read every shape and colour, with a logo and without`() async throws
    {
        let drawings = DesignTests.designs.flatMap { design in
            [nil, Logos.drop].map { logo in
                var design = design
                design.logo = logo
                return QRDrawing(DesignTests.link, design: design, size: .pixels(258))
            }
        }
        let unread = try await Self.unread(drawings, by: [.zxing, .zbar])
        #expect(unread[.zxing] == [] && unread[.zbar] == [])
    }

    /// A symbol of every version and level, nearly full; modes and masks take turns.
    private static func corpus() throws -> [QRDrawing] {
        let alphabets = [
            "0123456789", "ABCDEFGHIJ $%*+-./:0123", "abcdefghijkl-_~!?", "abc012345678XYZ/ABCDEF",
            "码头春茶 abc",
        ].map(Array.init)
        return try (1...40).flatMap { version in
            try QRSymbol.Level.allCases.map { level in
                var random = SeededGenerator(seed: UInt64(version * 4 + level.rawValue))
                let turn = version + level.rawValue
                let alphabet = alphabets[turn % alphabets.count]
                let text = String(
                    (0..<8000).map { _ in
                        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                    })
                let options = QRSymbol.Options(
                    level: level, minVersion: version, maxVersion: version,
                    mask: (turn + version / 8) % 8)
                return QRDrawing(
                    Array(try start(of: text, in: options).utf8), options,
                    size: .modules(pixels: 4))
            }
        }
    }

    /// Seven eighths of what fits of a text: libqrencode splits it not as well.
    private static func start(of text: String, in options: QRSymbol.Options) throws -> String {
        do {
            _ = try QRSymbol.encode(text, options)
            return text
        } catch .tooLong(let excess) {
            let fitting = String(decoding: text.utf8.prefix(excess.bytesThatFit), as: UTF8.self)
            return String(fitting.prefix((fitting.count * 7 + 7) / 8))
        }
    }

    /// What the readers do not read as it was written.
    ///
    /// - Parameter draw: makes a file; ours if left out.
    private static func unread(
        _ drawings: [QRDrawing], by readers: [Peers.Reader],
        draw: (QRDrawing, String) async throws -> Void = { drawing, file in
            try Data(drawing.proven().picture.png()).write(to: URL(filePath: file))
        }
    ) async throws -> [Peers.Reader: [String]] {
        let folder = try TemporaryDirectory()
        for (index, drawing) in drawings.enumerated() {
            try await draw(drawing, "\(folder.path)/\(index).png")
        }
        return try await Peers.texts(in: folder.path, by: readers).mapValues { found in
            drawings.indices.compactMap { index in
                let text = String(decoding: drawings[index].content, as: UTF8.self)
                return found["\(index).png"] == text ? nil : "\(index): \(text)"
            }
        }
    }
}
