import QR

/// The place in the middle of a symbol that is cleared for a logo: whole modules, as odd in number as
/// the symbol's.
struct Plate {
    let modules: Range<Int>
    /// Modules left free between the plate's edge and the logo.
    static let margin = 0.5

    /// - Parameter percent: the plate's edge in per cent of the symbol's; it is rounded down, but to
    ///   no less than three modules.
    init(side: Int, percent: Int) {
        let count = max(3, ((side * percent / 100) - 1) / 2 * 2 + 1)
        let first = (side - count) / 2
        modules = first..<first + count
    }

    func contains(row: Int, column: Int) -> Bool {
        modules.contains(row) && modules.contains(column)
    }

    /// The part of the plate that a picture of these proportions fills, in modules.
    func frame(width: Int, height: Int) -> (x: Double, y: Double, width: Double, height: Double) {
        let room = Double(modules.count) - 2 * Self.margin
        let longer = Double(max(width, height))
        let (w, h) = (room * Double(width) / longer, room * Double(height) / longer)
        let middle = Double(modules.lowerBound) + Double(modules.count) / 2
        return (middle - w / 2, middle - h / 2, w, h)
    }
}

extension QRPicture {
    /// Nil without a logo.
    var plate: Plate? {
        guard design.logo != nil else { return nil }
        let percent = design.logoSize ?? QRDesign.logoSizeMax(symbol.level)
        return Plate(side: symbol.side, percent: percent)
    }

    /// Whether a module is drawn dark; false outside the symbol and on the logo's plate.
    func isDark(row: Int, column: Int, _ plate: Plate?) -> Bool {
        let modules = 0..<symbol.side
        guard modules.contains(row), modules.contains(column),
            !(plate?.contains(row: row, column: column) ?? false)
        else { return false }
        return symbol[row: row, column: column]
    }

    /// Whether a module belongs to a finder pattern.
    func isEye(row: Int, column: Int) -> Bool {
        let last = symbol.side - 7
        return row < 7 && (column < 7 || column >= last) || row >= last && column < 7
    }

    /// The top left modules of the finder patterns.
    var eyes: [(row: Int, column: Int)] {
        [(0, 0), (0, symbol.side - 7), (symbol.side - 7, 0)]
    }
}
