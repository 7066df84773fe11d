import QR

/// The rows of a picture with colours, shapes or a logo, as indices into a palette of at most 256
/// colours, made one by one: a print of half a metre takes no more memory than its tiles.
struct StyledRows {
    private(set) var inks: Inks
    let edge: Int

    private let picture: QRPicture
    private let layout: QRPicture.Layout
    private let plate: Plate?
    private let tiles: [ShadeTile]
    private let eye: ShadeTile
    private var logo: PlacedLogo?

    /// - Throws: `DrawingError` when there is no such picture.
    init(_ picture: QRPicture) throws(QRPicture.DrawingError) {
        let layout = try picture.layout()
        let (design, module) = (picture.design, layout.module)
        let inks = Inks(design)
        self.picture = picture
        self.layout = layout
        self.inks = inks
        edge = layout.edge
        plate = picture.plate
        tiles = (design.modules == .rounded ? 0..<16 : 0..<1).map { corners in
            ShadeTile(edge: module, full: inks.full) { x, y in
                design.modules.contains(x, y, round: RoundCorners(rawValue: corners))
            }
        }
        eye = ShadeTile(edge: 7 * module, full: inks.full) { x, y in
            design.eyes.contains(7 * x, 7 * y)
        }
        if let logo = design.logo, let plate {
            self.logo = PlacedLogo(logo, on: plate, layout, over: design.background, &self.inks)
        }
    }

    /// The indices of a row of pixels.
    func row(_ y: Int) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: edge)
        let line = (y - layout.margin) / layout.module
        guard y >= layout.margin, line < picture.symbol.side else { return row }
        drawModules(&row, line: line, y: y)
        for corner in picture.eyes where (corner.row..<corner.row + 7).contains(line) {
            let shades = eye.row(y - layout.margin - corner.row * layout.module)
            draw(shades, at: layout.margin + corner.column * layout.module, y: y, &row)
        }
        logo?.draw(y: y, &row)
        return row
    }

    private func drawModules(_ row: inout [UInt8], line: Int, y: Int) {
        func isDark(_ row: Int, _ column: Int) -> Bool {
            picture.isDark(row: row, column: column, plate)
        }
        let inner = (y - layout.margin) % layout.module
        for column in 0..<picture.symbol.side {
            guard isDark(line, column), !picture.isEye(row: line, column: column) else { continue }
            var tile = 0
            if tiles.count > 1 {
                tile =
                    RoundCorners(
                        above: isDark(line - 1, column), right: isDark(line, column + 1),
                        below: isDark(line + 1, column), left: isDark(line, column - 1)
                    ).rawValue
            }
            draw(
                tiles[tile].row(inner), at: layout.margin + column * layout.module, y: y, &row)
        }
    }

    private func draw(_ shades: ArraySlice<UInt8>, at x: Int, y: Int, _ row: inout [UInt8]) {
        for (offset, shade) in shades.enumerated() where shade > 0 {
            row[x + offset] = inks.index(shade: shade, part: gradientPart(x + offset, y))
        }
    }

    private func gradientPart(_ x: Int, _ y: Int) -> Double {
        guard let gradient = picture.design.gradient else { return 0 }
        let half = Double(layout.module * picture.symbol.side) / 2
        func unit(_ pixel: Int) -> Double { (Double(pixel - layout.margin) + 0.5 - half) / half }
        return gradient.part(unit(x), unit(y))
    }

    /// The whole picture as brightness.
    ///
    /// - Precondition: the picture is small enough to be held.
    var luma: LumaImage {
        let lumas = inks.colors.map { LumaImage.luma($0.red, $0.green, $0.blue) }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(edge * edge)
        for y in 0..<edge { pixels += row(y).map { lumas[Int($0)] } }
        return LumaImage(width: edge, pixels: pixels)
    }
}

/// A logo in the pixels of a picture.
private struct PlacedLogo {
    private let x: Int
    private let y: Int
    private let width: Int
    private let indices: [UInt8]

    init(
        _ logo: Logo, on plate: Plate, _ layout: QRPicture.Layout, over ground: RGB,
        _ inks: inout Inks
    ) {
        let frame = plate.frame(width: logo.width, height: logo.height)
        func pixels(_ modules: Double) -> Int { Int((modules * Double(layout.module)).rounded()) }
        (x, y) = (layout.margin + pixels(frame.x), layout.margin + pixels(frame.y))
        width = max(1, pixels(frame.width))
        indices = inks.add(
            logo.drawn(width: width, height: max(1, pixels(frame.height)), over: ground))
    }

    func draw(y: Int, _ row: inout [UInt8]) {
        let start = (y - self.y) * width
        guard y >= self.y, start < indices.count else { return }
        row.replaceSubrange(x..<x + width, with: indices[start..<start + width])
    }
}
