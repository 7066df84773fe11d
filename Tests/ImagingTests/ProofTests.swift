import Imaging
import QR
import Testing

/// What is handed out has been read; what is refused comes with the nearest that passes.
struct ProofTests {
    private static let link = DesignTests.link

    private static func refusal(_ drawing: QRDrawing) -> (DesignFault, QRDrawing.Nearest?)? {
        do {
            _ = try drawing.proven()
            return nil
        } catch .design(let fault, let nearest) {
            return (fault, nearest)
        } catch {
            return nil
        }
    }

    /// Draws what was proposed.
    private static func passes(_ nearest: QRDrawing.Nearest?, instead drawing: QRDrawing) -> Bool {
        guard let nearest else { return false }
        var other = drawing
        (other.design, other.options.level) = (nearest.design, nearest.level)
        return (try? other.proven()) != nil
    }

    @Test func `modules lighter than the ground are refused, and turned round`() throws {
        let drawing = QRDrawing(
            Self.link, design: QRDesign(foreground: .white, background: RGB(7, 48, 95)))
        let (fault, nearest) = try #require(Self.refusal(drawing))
        #expect(fault == .inverted)
        #expect(nearest?.design.foreground == RGB(7, 48, 95))
        #expect(nearest?.design.background == .white)
        #expect(Self.passes(nearest, instead: drawing))
    }

    @Test func `too little contrast is refused, and the same colour darker proposed`() throws {
        let green = RGB(7, 193, 96)
        let drawing = QRDrawing(Self.link, design: QRDesign(foreground: green))
        let (fault, nearest) = try #require(Self.refusal(drawing))
        #expect(fault == .contrast(Contrast(modules: green, ground: .white)))
        let proposed = try #require(nearest?.design)
        #expect(proposed.background == .white)
        #expect(proposed.foreground.green > proposed.foreground.red)
        #expect(Self.passes(nearest, instead: drawing))
    }

    @Test func `the lighter end of a gradient counts`() throws {
        let design = QRDesign(gradient: .init(to: RGB(255, 220, 0), angle: 0))
        let (fault, nearest) = try #require(Self.refusal(QRDrawing(Self.link, design: design)))
        guard case .contrast = fault else {
            Issue.record("\(fault)")
            return
        }
        #expect(nearest?.design.gradient != nil)
    }

    @Test func `black on grey is refused, whatever their ratio`() throws {
        let drawing = QRDrawing(
            Self.link, design: QRDesign(background: RGB(130, 130, 130)))
        let (_, nearest) = try #require(Self.refusal(drawing))
        #expect(Self.passes(nearest, instead: drawing))
    }

    @Test(arguments: QRSymbol.Level.allCases)
    func `a logo is no larger than its level bears`(level: QRSymbol.Level) throws {
        let text = Array(repeating: UInt8(ascii: "a"), count: 60)
        for percent in QRDesign.logoSizes {
            let drawing = QRDrawing(
                text, .init(level: level), design: QRDesign(logo: Logos.drop, logoSize: percent))
            if let (_, nearest) = Self.refusal(drawing) {
                #expect(Self.passes(nearest, instead: drawing), "\(percent) % at \(level)")
            } else {
                let drawn = try drawing.proven()
                #expect(percent <= QRDesign.logoSizeMax(drawn.picture.symbol.level))
                #expect(drawn.reserve >= 0.5)
            }
        }
    }

    @Test func `level L has none to spare for a logo`() throws {
        // 106 bytes fill 5-L.
        let text = Array(repeating: UInt8(ascii: "a"), count: 106)
        let drawing = QRDrawing(text, .init(level: .low), design: QRDesign(logo: Logos.drop))
        let (fault, nearest) = try #require(Self.refusal(drawing))
        #expect(fault == .noRoomForLogo(.low))
        #expect(nearest?.level == .medium)
        #expect(nearest?.design.logo != nil)
        #expect(Self.passes(nearest, instead: drawing))
    }

    @Test(arguments: 0..<24)
    func `whatever is handed out has half of its correction left in every block`(seed: Int) throws {
        let text =
            Array("https://example.com/\(seed)/".utf8) + Array(repeating: 97, count: seed * 7)
        let design = QRDesign(
            modules: QRDesign.ModuleShape.allCases[seed % 3],
            eyes: QRDesign.EyeShape.allCases[seed / 3 % 3], logo: Logos.drop)
        let proven = try QRDrawing(
            text, .init(level: seed % 2 == 0 ? .medium : .high), design: design, size: .pixels(430)
        ).proven()
        let reading = try QRReading(picture: proven.picture.png())
        #expect(reading.bytes == text)
        #expect(reading.blocks.allSatisfy { 2 * $0.corrected <= $0.correctable })
        #expect(reading.reserve == proven.reserve)
    }

    @Test func `shapes need three pixels a module, squares of two colours one`() throws {
        let modules = 41
        for design in DesignTests.designs + [QRDesign(foreground: RGB(7, 48, 95)), .plain] {
            let isSquare = design.modules == .square && design.eyes == .square
            let minimum = modules * (isSquare && design.gradient == nil ? 1 : 3)
            func drawing(_ pixels: Int) -> QRDrawing {
                QRDrawing(Self.link, design: design, size: .pixels(pixels))
            }
            #expect(
                throws: QRDrawing.Refusal.drawing(
                    .tooSmall(pixels: minimum - 1, minimum: minimum))
            ) { try drawing(minimum - 1).proven() }
            let png = try drawing(minimum).proven().picture.png()
            #expect(try QRReading(picture: png).bytes == Self.link)
        }
    }

    @Test func `a picture that is not read is refused`() throws {
        // The logo has nine finder patterns, all of them larger than the code's own.
        let logo = try Logo(
            file: Logos.png(width: 216, height: 216) { x, y in
                let ring = max(abs(x / 8 % 9 - 4), abs(y / 8 % 9 - 4))
                let luma: UInt8 = ring == 2 || ring == 4 ? 255 : 0
                return (luma, luma, luma, 255)
            })
        let drawing = QRDrawing(
            Array("wharf".utf8), .init(level: .high, minVersion: 40),
            design: QRDesign(logo: logo, logoSize: 22), size: .pixels(740))
        let (fault, nearest) = try #require(Self.refusal(drawing))
        #expect(fault == .unreadable)
        #expect(Self.passes(nearest, instead: drawing))
    }

    @Test func `a text too long for a logo's level is not sent to a level without one`() {
        let drawing = QRDrawing(
            Array(repeating: UInt8(ascii: "a"), count: 2953),
            design: QRDesign(logo: Logos.drop))
        let refusal = #expect(throws: QRDrawing.Refusal.self) { try drawing.proven() }
        guard case .encoding(.tooLong(let excess)) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(excess.bytesOver == 622 && excess.fittingLevel == nil)
    }

    @Test func `looks have a quiet zone of two modules at least, black squares as they wish`()
        throws
    {
        for (design, least) in [(QRDesign.plain, 0), (QRDesign(modules: .dot), 2)] {
            #expect(throws: Never.self) {
                try QRDrawing(Self.link, design: design, quietZone: least).proven()
            }
            let range = least...64
            #expect(
                throws: QRDrawing.Refusal.drawing(.quietZoneOutOfRange(least - 1, range))
            ) { try QRDrawing(Self.link, design: design, quietZone: least - 1).proven() }
        }
    }

    @Test func `a logo that is a code is known as one`() throws {
        let code = try QRPicture(QRSymbol.encode("logo"), size: .pixels(600)).png()
        #expect(try Logo(file: code).holdsCode)
        #expect(!Logos.drop.holdsCode && !Logos.noise.holdsCode)
    }
}
