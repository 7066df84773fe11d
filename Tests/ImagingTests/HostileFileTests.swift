import Foundation
import Imaging
import QR
import Testing

struct HostileFileTests {
    private static func png() throws -> [UInt8] {
        try QRPicture(QRSymbol.encode("wharf"), size: .pixels(120)).png()
    }

    private static func jpeg() async throws -> [UInt8] {
        let name = "jpeg-q25-s3.jpg"
        return try #require(try await ForeignPicture.drawn().first { $0.name == name }).bytes
    }

    @Test func `a file cut anywhere is refused`() async throws {
        let (png, jpeg) = (try Self.png(), try await Self.jpeg())
        for length in 0..<png.count {
            #expect(throws: PictureFileError.self) {
                try LumaImage(file: Array(png.prefix(length)))
            }
            #expect(throws: PictureFileError.self) { try Logo(file: Array(png.prefix(length))) }
        }
        // The last two bytes end the picture; libjpeg finds all of it without them.
        for length in stride(from: 0, to: jpeg.count - 2, by: 7) {
            #expect(throws: PictureFileError.self) {
                try LumaImage(file: Array(jpeg.prefix(length)))
            }
        }
    }

    @Test func `a file with any byte changed never traps`() async throws {
        for file in [try Self.png(), try await Self.jpeg()] {
            for index in stride(from: 0, to: file.count, by: max(1, file.count / 700)) {
                var spoilt = file
                spoilt[index] ^= 0x55
                _ = try? QRReading(picture: spoilt)
            }
        }
    }

    @Test func `a picture that claims to be huge is refused before anything is allocated`()
        async throws
    {
        var png = try Self.png()
        png.replaceSubrange(
            8..<33,
            with: Logos.chunk("IHDR", Logos.word(30_000) + Logos.word(30_000) + [1, 0, 0, 0, 0]))
        let (picture, logo) = (
            PictureFileError.tooManyPixels(max: 40_000_000, edge: 30_000),
            PictureFileError.tooManyPixels(max: 65_000_000, edge: 20_000)
        )
        #expect(throws: picture) { try LumaImage(file: png) }
        #expect(throws: logo) { try Logo(file: png) }
        var jpeg = try await Self.jpeg()
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: picture) { try LumaImage(file: jpeg) }
        #expect(throws: logo) { try Logo(file: jpeg) }
    }

    @Test func `a file past ten megabytes is no logo`() throws {
        let padding = [UInt8](repeating: 0, count: Logo.fileBytesMax)
        #expect(throws: PictureFileError.tooManyBytes(max: Logo.fileBytesMax)) {
            try Logo(file: try Self.png() + padding)
        }
    }

    @Test func `a text that inflates to much is passed over`() throws {
        var png = try Self.png()
        let bomb = Array("Comment\0\0".utf8) + Logos.stored([UInt8](repeating: 65, count: 1 << 20))
        png.insert(contentsOf: Logos.chunk("zTXt", bomb), at: 33)
        #expect(try QRReading(picture: png).text == "wharf")
    }

    @Test func `what is neither PNG nor JPEG is called so`() {
        for bytes in [Array("GIF89a".utf8), [], [0xFF, 0xD8], [0x89, 0x50]] {
            #expect(throws: QRReading.PictureError.file(.notPNGOrJPEG)) {
                try QRReading(picture: bytes)
            }
            #expect(throws: PictureFileError.notPNGOrJPEG) { try Logo(file: bytes) }
        }
    }

    /// Stripes make a finder's proportions in every row; bare, so that debug builds are quick enough.
    @Test(arguments: [2, 3, 7, 14])
    func `a picture made to keep the reader busy is given up soon`(period: Int) throws {
        let pattern: [UInt8] = [0, 255, 0, 0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 255]
        let file = Logos.png(width: 700, height: 700) { x, y in
            let column = pattern[x % period % 14]
            let row = period == 14 ? pattern[y % 14] : 0
            let luma = column | row
            return (luma, luma, luma, 255)
        }
        let started = ContinuousClock.now
        _ = try? QRReading(picture: file)
        #expect(ContinuousClock.now - started < .seconds(20))
    }
}
