import HTTP
import Imaging
import Matou
import QR

/// The picture of a code: one renderer for the pages, the API and the public address.
struct CodePictures: Sendable {
    let designs: CodeDesigns
    private let cache = PictureCache()

    init(designs: CodeDesigns) { self.designs = designs }

    /// The widths that the pages offer, in pixels.
    static let sizes = [258, CodeDesign.standardPixels, 1280]
    /// Print widths in centimetres, and from how far each is read, in metres (WeChat's console).
    static let prints: [(centimetres: Int, metres: Double)] = [
        (8, 0.5), (12, 0.8), (15, 1), (30, 1.5), (50, 2.5),
    ]

    static let parameters: [Operation.Parameter] =
        [
            .choice(
                "format", "The kind of picture, png if left out.", Format.allCases.map(\.rawValue)),
            Operation.Parameter(
                name: "size",
                meaning:
                    "Width in pixels; the pages offer \(sizes.map(String.init).joined(separator: ", ")).",
                schema: [
                    "type": "integer", "minimum": JSON(CodeDesign.pixels.lowerBound),
                    "maximum": JSON(CodeDesign.pixels.upperBound),
                    "default": JSON(CodeDesign.standardPixels),
                ]),
            .choice(
                "print", "A width on paper at 300 dpi, in place of `size`.",
                prints.map { "\($0.centimetres)cm" }),
        ]
        + designParameters

    /// - Throws: `Refusal.conflict(.codeNotMade)` until WeChat has given the text inside,
    ///   `Refusal.unreadable` for looks that were not read back; `Refusal.invalid` for parameters.
    func answer(
        to request: Request, for code: QRCode, in workspace: Workspace.ID
    ) async throws -> Response {
        let wish = try Wish(request.queryItems)
        let design = try design(request.queryItems, of: code)
        let bytes = try await bytes(of: code, as: wish, design, in: workspace)
        var response = Response.bytes(bytes, type: wish.format.type)
        response.fields["ETag"] = EntityTag(of: bytes).fieldValue
        if request.query("download") != nil {
            response.fields["Content-Disposition"] =
                ContentDisposition.attachment(named: "\(code.name).\(wish.format.rawValue)")
        }
        return response
    }

    /// The file of a picture, proven to be read.
    private func bytes(
        of code: QRCode, as wish: Wish, _ design: CodeDesign, in workspace: Workspace.ID
    ) async throws -> [UInt8] {
        guard let made = code.made else { throw Refusal.conflict(.codeNotMade) }
        let key = PictureCache.Key(
            content: made.content, design: design, size: wish.size, format: wish.format)
        if let known = cache[key] { return known }
        let picture = try await designs.proven(design, of: code, size: wish.size, in: workspace)
            .picture
        let bytes =
            switch wish.format {
            case .png: try picture.png()
            case .svg: Array(picture.svg().utf8)
            }
        cache.keep(bytes, as: key)
        return bytes
    }

    /// A picture of many: nothing of it is kept.
    ///
    /// - Parameter query: the looks that are asked for in place of the kept ones.
    /// - Returns: nil until WeChat has given the text inside.
    func bytes(
        of code: QRCode, as wish: Wish, _ query: [QueryItem], in workspace: Workspace.ID
    ) async throws -> [UInt8]? {
        guard code.made != nil else { return nil }
        let design = try design(query, of: code)
        let picture = try await designs.proven(design, of: code, size: wish.size, in: workspace)
            .picture
        return wish.format == .png ? try picture.png() : Array(picture.svg().utf8)
    }

    /// The picture for everybody: the kept design at one size.
    func publicBytes(of code: QRCode, pixels: Int) async throws -> [UInt8] {
        guard let found = try await designs.find(slug: code.slug) else {
            guard let made = code.made else { throw Refusal.missing }
            return try QRPicture(symbol(of: made.content), size: .pixels(pixels)).png()
        }
        var wish = Wish()
        wish.size = .pixels(pixels)
        return try await bytes(of: code, as: wish, found.design, in: found.workspace)
    }

    enum Format: String, CaseIterable, Sendable {
        case png, svg

        var type: String {
            switch self {
            case .png: "image/png"
            case .svg: "image/svg+xml"
            }
        }
    }

    /// What a request wants drawn.
    struct Wish: Sendable {
        var format = Format.png
        var size = QRPicture.Size.pixels(CodeDesign.standardPixels)

        init() {}

        /// - Throws: `Refusal.invalid` with all faults at once.
        init(_ query: [QueryItem]) throws(Refusal) {
            func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
            var faults = FieldFaults()
            if let text = value("format") {
                if let format = Format(rawValue: text) {
                    self.format = format
                } else {
                    faults.add("format", .notOneOf(Format.allCases.map(\.rawValue)))
                }
            }
            if let text = value("size") {
                let pixels = CodeDesign.pixels
                if let number = Int(text), pixels.contains(number) {
                    size = .pixels(number)
                } else {
                    faults.add(
                        "size", .outOfRange(lower: pixels.lowerBound, upper: pixels.upperBound))
                }
            }
            if let text = value("print") {
                if let known = prints.first(where: { "\($0.centimetres)cm" == text }) {
                    size = .print(centimetres: known.centimetres)
                } else {
                    faults.add("print", .notOneOf(prints.map { "\($0.centimetres)cm" }))
                }
                // A drawing has no dots to count, and one picture has one width.
                if format == .svg { faults.add("print", .notWith("format=svg")) }
                if value("size") != nil { faults.add("size", .notWith("print")) }
            }
            try faults.check()
        }
    }

    /// Level M, raised where the version has room for more: what WeChat's own pictures withstand, or
    /// better.
    func symbol(of content: String) throws -> QRSymbol {
        try QRSymbol.encode(content, QRSymbol.Options(level: .medium, boost: true))
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
