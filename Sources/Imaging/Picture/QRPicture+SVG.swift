import Foundation
import QR

extension QRPicture {
    /// The picture as an SVG document: a ground and one path for the modules, a unit to a module; a path
    /// for the eyes when they have a shape, and the logo within the document.
    ///
    /// Pixel sizes are honoured exactly, whatever fraction of a pixel a module then is.
    public func svg() -> String {
        let quietZone = quietZoneWithinBounds
        let edge = symbol.side + 2 * quietZone
        let plate = plate
        let outline = SVGOutline(offset: Double(quietZone))
        let hasSquares = design.modules == .square && design.eyes == .square
        let crisp = hasSquares ? " shape-rendering=\"crispEdges\"" : ""
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" \(extent(modules: edge)) \
            viewBox="0 0 \(edge) \(edge)"\(crisp)>\(gradient(offset: quietZone))\
            <path fill="\(design.background.hex)" d="M0 0h\(edge)v\(edge)H0z"/>\
            <path\(ink) d="\(modules(outline, plate, withEyes: hasSquares))"/>
            """
        if !hasSquares {
            let path = eyes.map { outline.eye(design.eyes, row: $0.row, column: $0.column) }
            svg += "<path\(ink) fill-rule=\"evenodd\" d=\"\(path.joined())\"/>"
        }
        if let logo = design.logo, let plate {
            let frame = plate.frame(width: logo.width, height: logo.height)
            let place = [
                ("x", frame.x + Double(quietZone)), ("y", frame.y + Double(quietZone)),
                ("width", frame.width), ("height", frame.height),
            ].map { "\($0.0)=\"\(SVGOutline.number($0.1))\"" }.joined(separator: " ")
            let data = Data(logo.png()).base64EncodedString()
            svg += "<image \(place) href=\"data:image/png;base64,\(data)\"/>"
        }
        return svg + "</svg>\n"
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

    /// Black needs no words.
    private var ink: String {
        if design.gradient != nil { return " fill=\"url(#ink)\"" }
        return design.foreground == .black ? "" : " fill=\"\(design.foreground.hex)\""
    }

    private func gradient(offset: Int) -> String {
        guard let gradient = design.gradient else { return "" }
        let (x, y) = gradient.direction
        let half = Double(symbol.side) / 2
        let (middle, reach) = (Double(offset) + half, half * (abs(x) + abs(y)))
        let ends = [
            ("x1", middle - x * reach), ("y1", middle - y * reach), ("x2", middle + x * reach),
            ("y2", middle + y * reach),
        ].map { "\($0.0)=\"\(SVGOutline.number($0.1))\"" }.joined(separator: " ")
        return """
            <linearGradient id="ink" gradientUnits="userSpaceOnUse" \(ends)>\
            <stop stop-color="\(design.foreground.hex)"/>\
            <stop offset="1" stop-color="\(gradient.end.hex)"/></linearGradient>
            """
    }

    private func modules(_ outline: SVGOutline, _ plate: Plate?, withEyes: Bool) -> String {
        func isDark(_ row: Int, _ column: Int) -> Bool {
            self.isDark(row: row, column: column, plate)
                && (withEyes || !isEye(row: row, column: column))
        }
        var path = ""
        for row in 0..<symbol.side {
            var column = 0
            while column < symbol.side {
                guard isDark(row, column) else {
                    column += 1
                    continue
                }
                let start = column
                switch design.modules {
                case .square:
                    while isDark(row, column) { column += 1 }
                    path += outline.run(row: row, start..<column)
                case .dot:
                    path += outline.dot(row: row, column: column)
                    column += 1
                case .rounded:
                    while isDark(row, column) { column += 1 }
                    path += outline.joined(row: row, start..<column, isDark)
                }
            }
        }
        return path
    }
}

/// Parts of SVG paths, in modules.
private struct SVGOutline {
    let offset: Double

    /// At most three decimals, none where there are none.
    static func number(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        var text = "\(thousandths / 1000)"
        if thousandths < 0, thousandths > -1000 { text = "-0" }
        let rest = abs(thousandths % 1000)
        guard rest > 0 else { return text }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return text + "." + digits
    }

    private func point(_ x: Double, _ y: Double) -> String {
        Self.number(x + offset) + " " + Self.number(y + offset)
    }

    func run(row: Int, _ columns: Range<Int>) -> String {
        "M\(point(Double(columns.lowerBound), Double(row)))h\(columns.count)v1h-\(columns.count)z"
    }

    func dot(row: Int, column: Int) -> String {
        let radius = QRDesign.ModuleShape.dotRadius
        let (r, across) = (Self.number(radius), Self.number(2 * radius))
        let start = point(Double(column) + 0.5 - radius, Double(row) + 0.5)
        return "M\(start)a\(r) \(r) 0 1 0 \(across) 0a\(r) \(r) 0 1 0 -\(across) 0z"
    }

    /// A run of modules whose free corners are round. Where modules are dark below, it reaches into
    /// them a little, so that no hair shows between two rows.
    func joined(row: Int, _ columns: Range<Int>, _ isDark: (Int, Int) -> Bool) -> String {
        var path = ""
        let (first, last) = (columns.lowerBound, columns.upperBound - 1)
        let start = RoundCorners(
            above: isDark(row - 1, first), right: true, below: isDark(row + 1, first), left: false)
        let end = RoundCorners(
            above: isDark(row - 1, last), right: false, below: isDark(row + 1, last), left: true)
        let (left, right) = (Double(columns.lowerBound), Double(columns.upperBound))
        let (top, bottom) = (Double(row), Double(row + 1))
        func arc(_ x: Double, _ y: Double) -> String { "A.5 .5 0 0 1 \(point(x, y))" }
        path += "M\(point(left + (start.contains(.topLeft) ? 0.5 : 0), top))"
        path +=
            end.contains(.topRight)
            ? "L\(point(right - 0.5, top))" + arc(right, top + 0.5) : "L\(point(right, top))"
        path +=
            end.contains(.bottomRight)
            ? "L\(point(right, bottom - 0.5))" + arc(right - 0.5, bottom)
            : "L\(point(right, bottom))"
        path +=
            start.contains(.bottomLeft)
            ? "L\(point(left + 0.5, bottom))" + arc(left, bottom - 0.5)
            : "L\(point(left, bottom))"
        path +=
            start.contains(.topLeft)
            ? "L\(point(left, top + 0.5))" + arc(left + 0.5, top) : ""
        path += "z"
        for column in columns where isDark(row + 1, column) {
            path += "M\(point(Double(column), bottom - 0.1))h1v.2h-1z"
        }
        return path
    }

    func eye(_ shape: QRDesign.EyeShape, row: Int, column: Int) -> String {
        let (outer, inner, middle) = shape.radii
        func square(_ inset: Double, _ radius: Double) -> String {
            let (x, y) = (Double(column) + inset, Double(row) + inset)
            let edge = 7 - 2 * inset
            if radius == 0 {
                let length = Self.number(edge)
                return "M\(point(x, y))h\(length)v\(length)h-\(length)z"
            }
            let (r, straight) = (Self.number(radius), Self.number(edge - 2 * radius))
            let arc = "a\(r) \(r) 0 0 1 "
            return "M\(point(x + radius, y))h\(straight)\(arc)\(r) \(r)v\(straight)\(arc)-\(r) \(r)"
                + "h-\(straight)\(arc)-\(r) -\(r)v-\(straight)\(arc)\(r) -\(r)z"
        }
        return square(0, outer) + square(1, inner) + square(2, middle)
    }
}
