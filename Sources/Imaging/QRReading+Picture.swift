public import QR

extension QRReading {
    /// Why a picture gave no reading.
    public enum PictureError: Error, Equatable {
        case picture(LumaImage.PNGError)
        /// No three finder patterns that belong together.
        case noSymbol
        case symbol(QRReading.Failure)
    }

    /// Reads the one QR code of a clean PNG picture, at any scale, margin and right angle.
    ///
    /// - Throws: `PictureError`; nothing in the bytes makes it trap or take more than bounded memory.
    public init(png bytes: [UInt8]) throws(PictureError) {
        let image: LumaImage
        do { image = try LumaImage(png: bytes) } catch { throw .picture(error) }
        try self.init(image)
    }

    /// Reads the one QR code of a clean picture.
    public init(_ image: LumaImage) throws(PictureError) {
        let dark = DarkPixels(image)
        var failure: PictureError = .noSymbol
        for corners in SymbolCorners.candidates(FinderPattern.all(in: dark)) {
            do throws(QRReading.Failure) {
                self = try Self.read(dark, corners, side: corners.side)
                return
            } catch {
                failure = .symbol(error)
            }
        }
        throw failure
    }

    /// Samples once more when the version information knows the size better.
    private static func read(
        _ dark: DarkPixels, _ corners: SymbolCorners, side: Int
    ) throws(QRReading.Failure) -> QRReading {
        do {
            return try QRReading(side: side) {
                corners.isDark(dark, row: $0, column: $1, side: side)
            }
        } catch .otherVersion(let version) {
            let side = 17 + 4 * version
            return try QRReading(side: side) {
                corners.isDark(dark, row: $0, column: $1, side: side)
            }
        }
    }
}

extension QRReading.PictureError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .picture(.notPNG): "this is not a PNG picture"
        case .picture(.damaged): "the PNG picture is damaged"
        case .picture(.tooLarge): "the PNG picture is too large"
        case .noSymbol: "there is no QR code in the picture"
        case .symbol(let failure): failure.description
        }
    }
}

/// Three finder patterns at the corners of a symbol.
struct SymbolCorners {
    let topLeft: FinderPattern
    let topRight: FinderPattern
    let bottomLeft: FinderPattern

    private static let patternsMax = 8
    private static let candidatesMax = 4

    /// Triples that could be a symbol's corners, the most square first.
    static func candidates(_ patterns: [FinderPattern]) -> [SymbolCorners] {
        let patterns = Array(patterns.prefix(patternsMax))
        var found: [(corners: SymbolCorners, error: Double)] = []
        for a in patterns.indices {
            for b in patterns.indices where b != a {
                for c in patterns.indices where c != a && c != b {
                    let corners = SymbolCorners(
                        topLeft: patterns[a], topRight: patterns[b], bottomLeft: patterns[c])
                    let error = corners.error
                    if error < 0.25 { found.append((corners, error)) }
                }
            }
        }
        return found.sorted { $0.error < $1.error }.prefix(candidatesMax).map(\.corners)
    }

    private var right: (x: Double, y: Double) { (topRight.x - topLeft.x, topRight.y - topLeft.y) }
    private var down: (x: Double, y: Double) {
        (bottomLeft.x - topLeft.x, bottomLeft.y - topLeft.y)
    }
    private var module: Double { (topLeft.module + topRight.module + bottomLeft.module) / 3 }

    /// 0 for a square that is not mirrored and whose modules are equally large.
    private var error: Double {
        let (width, height) = (length(right), length(down))
        guard width > 0, height > 0, right.x * down.y - right.y * down.x > 0 else { return 1 }
        let skew = abs(right.x * down.x + right.y * down.y) / (width * height)
        let stretch = abs(width - height) / max(width, height)
        let modules = [topLeft.module, topRight.module, bottomLeft.module]
        let spread = ((modules.max() ?? 0) - (modules.min() ?? 0)) / module
        let count = width / module + 7
        guard count > 19, count < 185 else { return 1 }
        return skew + stretch + spread / 4
    }

    private func length(_ vector: (x: Double, y: Double)) -> Double {
        (vector.x * vector.x + vector.y * vector.y).squareRoot()
    }

    /// The modules along an edge that the distance of the finders suggests.
    var side: Int {
        let distance = (length(right) + length(down)) / 2
        let version = ((distance / module + 7 - 17) / 4).rounded()
        return 17 + 4 * Int(min(max(version, 1), 40))
    }

    /// The colour at the centre of a module. The finders' centres are 3.5 modules from the edges.
    func isDark(_ image: DarkPixels, row: Int, column: Int, side: Int) -> Bool {
        let span = Double(side - 7)
        let (u, v) = ((Double(column) - 3) / span, (Double(row) - 3) / span)
        let x = topLeft.x + u * right.x + v * down.x
        let y = topLeft.y + u * right.y + v * down.y
        return image[Int(x.rounded(.down)), Int(y.rounded(.down))]
    }
}
