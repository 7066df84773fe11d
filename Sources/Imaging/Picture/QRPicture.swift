public import QR

/// A QR symbol with its design and quiet zone at a size: what page, API, archive and command all draw.
///
/// A design other than the plain one is drawn as it is asked for; `QRDrawing` proves that it is read.
public struct QRPicture: Sendable {
    public let symbol: QRSymbol
    public let design: QRDesign
    /// Light modules around the symbol; the standard asks for 4 (ISO/IEC 18004:2015 §6.3.8).
    public let quietZone: Int
    public let size: Size

    public enum Size: Sendable, Hashable {
        /// Pixels along a module's edge.
        case modules(pixels: Int)
        /// Pixels along the picture's edge. Modules are a whole number of pixels; what is left over
        /// goes to the margin.
        case pixels(Int)
        /// Centimetres along the edge on paper, at 300 dots an inch.
        case print(centimetres: Int)
    }

    /// Pixels of a picture's edge.
    public static let pixelsMax = 20_000
    /// Pixels of a module's edge in a picture with shapes, a gradient or a logo: with fewer, zxing and
    /// zbar were found to lose the eyes.
    public static let styledModuleMin = 3
    /// Modules of the quiet zone. Black squares may have none, for who puts them on light paper; other
    /// looks are not proven beside something dark, and so have two at least.
    public static func quietZones(_ design: QRDesign) -> ClosedRange<Int> {
        (design.isPlain ? 0 : 2)...64
    }
    /// For drawings that report no error.
    var quietZoneWithinBounds: Int {
        let range = Self.quietZones(design)
        return min(max(quietZone, range.lowerBound), range.upperBound)
    }

    public static let dotsPerInch = 300

    /// Why a picture cannot be drawn.
    public enum DrawingError: Error, Equatable {
        /// A module would be less than a pixel, or than `styledModuleMin`.
        case tooSmall(pixels: Int, minimum: Int)
        case tooLarge(maximum: Int)
        case quietZoneOutOfRange(Int, ClosedRange<Int>)
    }

    public init(
        _ symbol: QRSymbol, design: QRDesign = .plain, quietZone: Int = 4,
        size: Size = .modules(pixels: 8)
    ) {
        self.symbol = symbol
        self.design = design
        self.quietZone = quietZone
        self.size = size
    }

    /// Where the modules are in a picture of whole pixels.
    ///
    /// - Throws: `DrawingError` when there is no such picture.
    public func layout() throws(DrawingError) -> Layout {
        let quietZones = Self.quietZones(design)
        guard quietZones.contains(quietZone) else {
            throw .quietZoneOutOfRange(quietZone, quietZones)
        }
        let modules = symbol.side + 2 * quietZone
        let minimum = modules * (design.isTwoColored ? 1 : Self.styledModuleMin)
        let edge: Int
        switch size {
        case .modules(let pixels):
            guard pixels >= 1 else { throw .tooSmall(pixels: 0, minimum: minimum) }
            guard pixels <= Self.pixelsMax / modules else {
                throw .tooLarge(maximum: Self.pixelsMax / modules * modules)
            }
            edge = pixels * modules
        case .pixels(let pixels): edge = pixels
        case .print(let centimetres):
            guard (1...100).contains(centimetres) else {
                throw centimetres < 1
                    ? .tooSmall(pixels: 0, minimum: minimum)
                    : .tooLarge(maximum: Self.pixelsMax)
            }
            edge = (centimetres * Self.dotsPerInch * 100 + 127) / 254
        }
        guard edge >= minimum else { throw .tooSmall(pixels: edge, minimum: minimum) }
        guard edge <= Self.pixelsMax else { throw .tooLarge(maximum: Self.pixelsMax) }
        let module = edge / modules
        return Layout(edge: edge, module: module, margin: (edge - module * symbol.side) / 2)
    }

    /// Pixels of a picture.
    public struct Layout: Sendable, Hashable {
        /// Along the picture's edge.
        public let edge: Int
        /// Along a module's edge.
        public let module: Int
        /// Left of and above the symbol; right of and below it may be one more.
        public let margin: Int
    }
}

extension QRPicture.DrawingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooSmall(let pixels, let minimum):
            "\(pixels) pixels are too few for this code in these looks: it needs at least \(minimum)"
        case .tooLarge(let maximum): "the picture is too large: at most \(maximum) pixels"
        case .quietZoneOutOfRange(let modules, let range):
            "a quiet zone of \(modules) modules is outside \(range.lowerBound) to \(range.upperBound)"
        }
    }
}
