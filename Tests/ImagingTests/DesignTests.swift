import Foundation
import Imaging
import QR
import Testing

struct DesignTests {
    static let link = Array("http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt".utf8)

    static let designs: [QRDesign] = QRDesign.ModuleShape.allCases.flatMap { modules in
        QRDesign.EyeShape.allCases.flatMap { eyes in
            [nil, QRDesign.Gradient(to: RGB(160, 0, 60), angle: 30)].map { gradient in
                QRDesign(
                    foreground: RGB(7, 48, 95), background: RGB(255, 249, 240), gradient: gradient,
                    modules: modules, eyes: eyes)
            }
        }
    }

    @Test(arguments: designs)
    func `every shape and colour is read back from its file`(design: QRDesign) throws {
        for size in [258, 430] {
            let drawing = QRDrawing(Self.link, design: design, size: .pixels(size))
            let proven = try drawing.proven()
            #expect(proven.reserve == 1)
            let png = try proven.picture.png()
            let image = try LumaImage(file: png)
            #expect(image.width == size && image.height == size)
            #expect(try QRReading(picture: png).bytes == Self.link)
        }
    }

    @Test(arguments: designs + [.plain, QRDesign(logo: Logos.drop, logoSize: 14)])
    func `a picture never has more than a palette`(design: QRDesign) throws {
        let png = try QRDrawing(Self.link, design: design).proven().picture.png()
        try #require(png.count > 25)
        let colorType = png[25]
        #expect(colorType == (design.isPlain ? 0 : 3))
        #expect(png[24] <= 8)
        let isTwoColored =
            design.gradient == nil && design.modules == .square && design.eyes == .square
            && design.logo == nil
        if isTwoColored { #expect(png[24] == 1) }
    }

    @Test func `two colours cost hardly more than black and white`() throws {
        let plain = try QRDrawing(Self.link, size: .pixels(430)).proven().picture.png()
        let blue = try QRDrawing(
            Self.link, design: QRDesign(foreground: RGB(7, 48, 95)), size: .pixels(430)
        ).proven().picture.png()
        #expect(blue.count == plain.count + 18)
    }

    @Test func `a logo stands in the middle, with a margin of the ground`() throws {
        let proven = try QRDrawing(
            Self.link, .init(level: .high), design: QRDesign(logo: Logos.drop), size: .pixels(430)
        ).proven()
        let image = try LumaImage(file: proven.picture.png())
        let (layout, side) = (try proven.picture.layout(), proven.picture.symbol.side)
        func luma(module: Double) -> UInt8 {
            let x = layout.margin + Int(module * Double(layout.module))
            let y = layout.margin + side * layout.module / 2
            return image.pixels[y * image.width + x]
        }
        let size = try #require(proven.logoSize)
        let edge = Double((side - (side * size / 100 - 1) / 2 * 2 - 1) / 2)
        #expect(luma(module: Double(side) / 2) < 200, "the logo itself")
        #expect(luma(module: edge + 0.2) == 255, "its margin")
    }

    @Test func `a logo raises the level as far as there is room`() throws {
        let proven = try QRDrawing(Self.link, design: QRDesign(logo: Logos.drop)).proven()
        #expect(proven.picture.symbol.version == 4)
        #expect(proven.picture.symbol.level == .quartile)
    }

    @Test func `transparent parts of a logo show the ground`() throws {
        let ground = RGB(255, 240, 200)
        let logo = try Logo(file: Logos.png { _, _ in (255, 255, 255, 0) })
        let picture = try QRDrawing(
            Self.link, .init(level: .high), design: QRDesign(background: ground, logo: logo),
            size: .pixels(430)
        ).proven().picture
        let image = try LumaImage(file: picture.png())
        try #require(image.pixels.count == 430 * 430)
        #expect(image.pixels[215 * 430 + 215] == image.pixels[0])
    }

    @Test func `an SVG has a path for modules, one for eyes, and the logo inside`() throws {
        let design = QRDesign(
            foreground: RGB(7, 48, 95), gradient: .init(to: RGB(160, 0, 60), angle: 90),
            modules: .rounded, eyes: .circle, logo: Logos.drop)
        let svg = try QRDrawing(Self.link, design: design).proven().picture.svg()
        #expect(svg.components(separatedBy: "<path").count == 4)
        #expect(svg.contains("<linearGradient id=\"ink\" gradientUnits=\"userSpaceOnUse\""))
        #expect(svg.contains("<stop stop-color=\"#07305f\"/>"))
        #expect(svg.contains("href=\"data:image/png;base64,iVBORw0KGgo"))
    }

    @Test func `a print of half a metre has its gradient too`() throws {
        let design = QRDesign(gradient: .init(to: RGB(160, 0, 60), angle: 0), modules: .rounded)
        let picture = QRPicture(
            try QRSymbol.encode(Self.link), design: design, size: .print(centimetres: 8))
        let png = try picture.png()
        #expect(try LumaImage(file: png).width == 945)
        #expect(try QRReading(picture: png).bytes == Self.link)
    }

    @Test(arguments: ["#07305F", "07305f"])
    func `a colour is six digits`(text: String) {
        #expect(RGB(hex: text) == RGB(7, 48, 95))
        #expect(RGB(hex: text)?.hex == "#07305f")
    }

    @Test(arguments: [
        "", "#", "#fff", "#07305", "#07305g", "+07305", "##07305", "#07305f0", "é07305",
    ])
    func `anything else is no colour`(text: String) {
        #expect(RGB(hex: text) == nil)
    }
}
