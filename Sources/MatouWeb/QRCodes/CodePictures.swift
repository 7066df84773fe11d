import HTTP
import Imaging
import Matou
import QR

/// The picture of a code: one renderer for the pages, the API and the public address.
struct CodePictures: Sendable {
    /// The widths that the pages offer, in pixels.
    static let sizes = [258, 430, 1280]
    static let pixels = 64...4096
    /// Print widths in centimetres, and from how far each is read, in metres (WeChat's console).
    static let prints: [(centimetres: Int, metres: Double)] = [
        (8, 0.5), (12, 0.8), (15, 1), (30, 1.5), (50, 2.5),
    ]

    static let parameters: [Operation.Parameter] = [
        .choice("format", "The kind of picture, png if left out.", ["png", "svg"]),
        Operation.Parameter(
            name: "size", meaning: "Width in pixels; the pages offer 258, 430 and 1280.",
            schema: ["type": "integer", "minimum": 64, "maximum": 4096, "default": 430]),
        .choice(
            "print", "A width on paper at 300 dpi, in place of `size`.",
            prints.map { "\($0.centimetres)cm" }),
    ]

    /// - Throws: `Refusal.conflict(.codeNotMade)` until WeChat has given the text inside;
    ///   `Refusal.invalid` for a parameter.
    func answer(to request: Request, for code: QRCode) throws -> Response {
        guard let made = code.made else { throw Refusal.conflict(.codeNotMade) }
        let picture = QRPicture(try symbol(of: made.content), size: try size(of: request))
        var response: Response
        switch request.query("format") ?? "png" {
        case "png": response = .bytes(try picture.png(), type: "image/png")
        case "svg": response = .bytes(Array(picture.svg().utf8), type: "image/svg+xml")
        default: throw Refusal.invalid("format", .notOneOf(["png", "svg"]))
        }
        if request.query("download") != nil {
            let suffix = request.query("format") == "svg" ? "svg" : "png"
            response.fields["Content-Disposition"] =
                ContentDisposition.attachment(named: "\(code.name).\(suffix)")
        }
        return response
    }

    /// Level M, raised where the version has room for more: what WeChat's own pictures withstand, or
    /// better.
    func symbol(of content: String) throws -> QRSymbol {
        try QRSymbol.encode(content, QRSymbol.Options(level: .medium, boost: true))
    }

    private func size(of request: Request) throws -> QRPicture.Size {
        if let print = request.query("print") {
            guard let known = Self.prints.first(where: { "\($0.centimetres)cm" == print }) else {
                throw Refusal.invalid(
                    "print", .notOneOf(Self.prints.map { "\($0.centimetres)cm" }))
            }
            return .print(centimetres: known.centimetres)
        }
        guard let text = request.query("size") else { return .pixels(430) }
        guard let pixels = Int(text), Self.pixels.contains(pixels) else {
            throw Refusal.invalid(
                "size",
                .outOfRange(
                    lower: Self.pixels.lowerBound, upper: Self.pixels.upperBound))
        }
        return .pixels(pixels)
    }
}

/// The `Content-Disposition` of a download (RFC 6266), with names that are not ASCII.
enum ContentDisposition {
    static func attachment(named name: String) -> String {
        let plain = String(
            name.unicodeScalars.map { scalar in
                let isPlain =
                    scalar.isASCII && scalar.value >= 32 && !"\"\\/".unicodeScalars.contains(scalar)
                return isPlain ? Character(scalar) : "_"
            })
        let encoded = PercentCoding.encodeQueryComponent(name).replacing("+", with: "%20")
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }
}
