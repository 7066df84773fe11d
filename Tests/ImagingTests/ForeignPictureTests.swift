import Foundation
import Imaging
import QR
import TestWorld
import Testing

/// Pictures that other people's encoders drew: segno and libqrencode, through Pillow.
struct ForeignPictureTests {
    @Test func `other people's clean pictures are read`() async throws {
        let drawn = try await ForeignPicture.codes()
        #expect(drawn.count > 100)
        for picture in drawn {
            do {
                let reading = try QRReading(picture: picture.bytes)
                #expect(reading.text == picture.text, "\(picture.name)")
                #expect(reading.part == nil)
            } catch {
                Issue.record("\(picture.name): \(error)")
            }
        }
    }

    @Test func `WeChat's kind of picture is read with half of its correction left`() async throws {
        for picture in try await ForeignPicture.drawn() where picture.name.hasPrefix("wechat-15") {
            #expect(try QRReading(picture: picture.bytes).reserve >= 0.5, "\(picture.name)")
        }
    }

    @Test func `a text whose character set nobody declared is told from one that is known`()
        async throws
    {
        for picture in try await ForeignPicture.codes() {
            let reading = try QRReading(picture: picture.bytes)
            #expect(
                reading.isTextAssumed == picture.name.hasPrefix("undeclared"), "\(picture.name)")
        }
    }

    @Test func `a part of a text says which it is`() async throws {
        let parts = try await ForeignPicture.drawn().filter { $0.name.hasPrefix("part-") }
        let readings = try parts.map { try QRReading(picture: $0.bytes) }
        #expect(readings.map { $0.part?.number } == [1, 2, 3])
        #expect(readings.allSatisfy { $0.part?.count == 3 })
        #expect(readings.compactMap(\.text).joined() == parts.first?.text)
    }

    @Test func `every kind of file can be a logo`() async throws {
        for picture in try await ForeignPicture.drawn()
        where picture.name.contains(/^(kind|jpeg)-/) {
            let logo = try Logo(file: picture.bytes)
            #expect(logo.width == logo.height, "\(picture.name)")
            let again = try Logo(file: logo.png())
            #expect(again.width == logo.width && again.png() == logo.png(), "\(picture.name)")
        }
    }

    @Test func `a photograph of fifty million pixels can be a logo`() async throws {
        let name = "logo-50-million.jpg"
        let photograph = try #require(try await ForeignPicture.drawn().first { $0.name == name })
        let logo = try Logo(file: photograph.bytes)
        #expect(logo.width == 510 && logo.height == 384)
    }
}

/// Drawn once, by `peers/draw.py`.
struct ForeignPicture {
    let name: String
    let bytes: [UInt8]
    let text: String

    static func drawn() async throws -> [ForeignPicture] { try await all.value }

    /// Those of one code with the whole of its text.
    static func codes() async throws -> [ForeignPicture] {
        try await drawn().filter { !$0.name.contains(/^(part|logo)-/) }
    }

    private static let all = Task {
        let folder = try TemporaryDirectory()
        try await Peers.draw(into: folder.path)
        let table = try String(contentsOfFile: folder.path + "/texts.tsv", encoding: .utf8)
        return try table.split(separator: "\n").map { line in
            let parts = line.split(
                separator: "\t", maxSplits: 1, omittingEmptySubsequences: false
            ).map(String.init)
            let bytes = try Data(contentsOf: URL(filePath: "\(folder.path)/\(parts[0])"))
            return ForeignPicture(name: parts[0], bytes: Array(bytes), text: parts[1])
        }
    }
}
