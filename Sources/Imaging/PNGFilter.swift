/// The five filters of a row (PNG, second edition, §9).
enum PNGFilter {
    /// Undoes the filter that the first byte of `row` names; false when there is no such filter.
    ///
    /// - Parameters:
    ///   - previous: the row above, as long as `row`, zeros for the first.
    ///   - distance: the bytes back to the same sample of the pixel before.
    static func undo(_ row: inout [UInt8], previous: [UInt8], distance: Int) -> Bool {
        func left(_ index: Int) -> UInt8 { index > distance ? row[index - distance] : 0 }
        switch row[0] {
        case 0: break
        case 1:
            for index in 1..<row.count { row[index] &+= left(index) }
        case 2:
            for index in 1..<row.count { row[index] &+= previous[index] }
        case 3:
            for index in 1..<row.count {
                row[index] &+= UInt8((Int(left(index)) + Int(previous[index])) / 2)
            }
        case 4:
            for index in 1..<row.count {
                let corner = index > distance ? previous[index - distance] : 0
                row[index] &+= paeth(left(index), previous[index], corner)
            }
        default: return false
        }
        return true
    }

    /// Whichever neighbour is nearest to left + above − corner.
    private static func paeth(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
        let estimate = Int(left) + Int(above) - Int(corner)
        let distances = [left, above, corner].map { abs(estimate - Int($0)) }
        if distances[0] <= distances[1], distances[0] <= distances[2] { return left }
        return distances[1] <= distances[2] ? above : corner
    }
}

/// The part of an image that is stored together: all of it, or one of Adam7's seven passes (§8.2).
struct PNGPass {
    let left: Int
    let top: Int
    let columnStep: Int
    let rowStep: Int
    let width: Int
    let height: Int

    /// The passes that have pixels.
    static func all(of header: PNGHeader) -> [PNGPass] {
        let steps: [(left: Int, top: Int, columns: Int, rows: Int)] =
            header.isInterlaced
            ? [
                (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                (0, 1, 1, 2),
            ] : [(0, 0, 1, 1)]
        return steps.map { step in
            PNGPass(
                left: step.left, top: step.top, columnStep: step.columns, rowStep: step.rows,
                width: (header.width - step.left + step.columns - 1) / step.columns,
                height: (header.height - step.top + step.rows - 1) / step.rows)
        }.filter { $0.width > 0 && $0.height > 0 }
    }
}
