import Imaging
import QR
import Testing

struct HostilePNGTests {
    private static func png() throws -> [UInt8] {
        try QRPicture(QRSymbol.encode("wharf"), size: .pixels(120)).png()
    }

    @Test func `a file cut anywhere is refused`() throws {
        let png = try Self.png()
        for length in 0..<png.count {
            #expect(throws: QRReading.PictureError.self) {
                try QRReading(png: Array(png.prefix(length)))
            }
        }
    }

    @Test func `a file with any byte changed never traps`() throws {
        let png = try Self.png()
        for index in png.indices {
            var spoilt = png
            spoilt[index] ^= 0x55
            _ = try? QRReading(png: spoilt)
        }
    }

    @Test func `a picture that claims to be huge is refused before anything is allocated`() throws {
        var png = try Self.png()
        png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        #expect(throws: LumaImage.PNGError.self) { try LumaImage(png: png) }
    }

    @Test func `what is no PNG is called so`() {
        #expect(throws: QRReading.PictureError.picture(.notPNG)) {
            try QRReading(png: Array("GIF89a".utf8))
        }
        #expect(throws: QRReading.PictureError.picture(.notPNG)) { try QRReading(png: []) }
    }
}
