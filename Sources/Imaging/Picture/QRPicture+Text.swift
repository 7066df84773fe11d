import QR

extension QRPicture {
    /// The picture for a terminal with light letters on a dark ground, two rows of modules to a line:
    /// light modules are drawn, dark ones left out. Of a design only the place for the logo is seen.
    public func text() -> String {
        let quietZone = quietZoneWithinBounds
        let plate = plate
        let range = -quietZone..<symbol.side + quietZone
        func isLight(_ row: Int, _ column: Int) -> Bool {
            guard row < range.upperBound else { return false }
            return !isDark(row: row, column: column, plate)
        }
        var text = ""
        for row in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            for column in range {
                switch (isLight(row, column), isLight(row + 1, column)) {
                case (true, true): text += "█"
                case (true, false): text += "▀"
                case (false, true): text += "▄"
                case (false, false): text += " "
                }
            }
            text += "\n"
        }
        return text
    }
}
