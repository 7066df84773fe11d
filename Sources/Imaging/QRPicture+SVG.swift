import QR

extension QRPicture {
    /// The picture as an SVG document: a light ground and one path, a unit to a module.
    ///
    /// Pixel sizes are honoured exactly, whatever fraction of a pixel a module then is.
    public func svg() -> String {
        let quietZone = min(max(quietZone, Self.quietZones.lowerBound), Self.quietZones.upperBound)
        let edge = symbol.side + 2 * quietZone
        return """
            <svg xmlns="http://www.w3.org/2000/svg" \(extent(modules: edge)) \
            viewBox="0 0 \(edge) \(edge)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(edge)v\(edge)H0z"/>\
            <path d="\(path(offset: quietZone))"/></svg>

            """
    }

    private func extent(modules: Int) -> String {
        let length =
            switch size {
            case .modules(let pixels):
                "\(pixels.multipliedReportingOverflow(by: modules).partialValue)"
            case .pixels(let pixels): "\(pixels)"
            case .print(let centimetres): "\(centimetres)cm"
            }
        return "width=\"\(length)\" height=\"\(length)\""
    }

    /// A rectangle for each run of dark modules in a row.
    private func path(offset: Int) -> String {
        var path = ""
        for row in 0..<symbol.side {
            var column = 0
            while column < symbol.side {
                let start = column
                while column < symbol.side, symbol[row: row, column: column] { column += 1 }
                if column > start {
                    path +=
                        "M\(start + offset) \(row + offset)h\(column - start)v1h-\(column - start)z"
                } else {
                    column += 1
                }
            }
        }
        return path
    }
}
