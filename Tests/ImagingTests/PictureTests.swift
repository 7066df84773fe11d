import Imaging
import QR
import Testing

struct PictureTests {
    static let link = "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"

    @Test(arguments: [41, 64, 258, 430, 431, 1280, 1281])
    func `a picture has exactly the asked size and is read back`(pixels: Int) throws {
        let picture = QRPicture(try QRSymbol.encode(Self.link), size: .pixels(pixels))
        let png = try picture.png()
        let image = try LumaImage(file: png)
        #expect(image.width == pixels)
        #expect(image.height == pixels)
        #expect(try QRReading(picture: png).text == Self.link)
    }

    @Test func `what does not divide goes to the margin`() throws {
        let layout = try QRPicture(try QRSymbol.encode(Self.link), size: .pixels(430)).layout()
        #expect(layout.edge == 430)
        #expect(layout.module == 10)
        #expect(layout.margin == 50)
    }

    @Test func `a short link's picture is small`() throws {
        let picture = QRPicture(try QRSymbol.encode(Self.link), size: .pixels(430))
        #expect(try picture.png().count < 1024)
    }

    @Test(arguments: [(8, 945), (12, 1417), (15, 1772), (30, 3543), (50, 5906)])
    func `a print size has its pixels at 300 dots an inch`(centimetres: Int, pixels: Int) throws {
        let picture = QRPicture(
            try QRSymbol.encode("wharf"), size: .print(centimetres: centimetres))
        #expect(try picture.layout().edge == pixels)
        let png = try picture.png()
        // pHYs: 11,811 pixels a metre both ways.
        let resolution: [UInt8] = [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1]
        #expect(Array(png.dropFirst(37).prefix(4)) == Array("pHYs".utf8))
        #expect(Array(png.dropFirst(41).prefix(9)) == resolution)
    }

    @Test(arguments: [1, 5, 10, 25, 40])
    func `every version is read back from its picture`(version: Int) throws {
        for level in QRSymbol.Level.allCases {
            let symbol = try QRSymbol.encode("wharf", .init(level: level, minVersion: version))
            for pixels in [1, 3] {
                let reading = try QRReading(
                    picture: QRPicture(symbol, size: .modules(pixels: pixels)).png())
                #expect(reading.text == "wharf")
                #expect(reading.version == version)
            }
        }
    }

    @Test func `impossible pictures are refused with the limit`() throws {
        let symbol = try QRSymbol.encode(Self.link)
        #expect(throws: QRPicture.DrawingError.tooSmall(pixels: 40, minimum: 41)) {
            try QRPicture(symbol, size: .pixels(40)).png()
        }
        #expect(throws: QRPicture.DrawingError.tooLarge(maximum: 20_000)) {
            try QRPicture(symbol, size: .pixels(20_001)).png()
        }
        #expect(throws: QRPicture.DrawingError.quietZoneOutOfRange(-1, 0...64)) {
            try QRPicture(symbol, quietZone: -1).png()
        }
        for pixels in [Int.min, -1, 0, Int.max] {
            #expect(throws: QRPicture.DrawingError.self) {
                try QRPicture(symbol, size: .pixels(pixels)).png()
            }
            #expect(throws: QRPicture.DrawingError.self) {
                try QRPicture(symbol, size: .modules(pixels: pixels)).png()
            }
            #expect(throws: QRPicture.DrawingError.self) {
                try QRPicture(symbol, size: .print(centimetres: pixels)).png()
            }
        }
    }

    @Test func `an SVG is one path on a light ground`() throws {
        let svg = QRPicture(try QRSymbol.encode("wharf"), size: .print(centimetres: 8)).svg()
        #expect(
            svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8cm\" height=\"8cm\""))
        #expect(svg.contains("viewBox=\"0 0 29 29\""))
        #expect(svg.contains("<path d=\"M4 4h7v1h-7z"))
    }

    @Test func `a terminal shows two rows to a line`() throws {
        let text = QRPicture(try QRSymbol.encode("wharf")).text()
        let lines = text.split(separator: "\n")
        try #require(lines.count == 15)
        #expect(lines.allSatisfy { $0.count == 29 })
        #expect(lines[2].hasPrefix("████ ▄▄▄▄▄ █"))
    }
}
