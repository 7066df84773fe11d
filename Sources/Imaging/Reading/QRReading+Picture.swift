public import QR

extension QRReading {
    /// Why a picture gave no reading.
    public enum PictureError: Error, Equatable {
        case file(PictureFileError)
        /// No three finder patterns that belong together.
        case noSymbol
        case symbol(QRReading.Failure)
    }

    /// Reads the one QR code of a clean PNG or JPEG picture, at any scale, margin and right angle, dark
    /// on light or light on dark.
    ///
    /// - Throws: `PictureError`; nothing in the bytes makes it trap or take more than bounded memory
    ///   and time.
    public init(picture bytes: [UInt8]) throws(PictureError) {
        let image: LumaImage
        do { image = try LumaImage(file: bytes) } catch { throw .file(error) }
        try self.init(image)
    }

    /// Reads the one QR code of a clean picture.
    public init(_ image: LumaImage) throws(PictureError) {
        var failure: PictureError = .noSymbol
        for image in [image, image.inverted] {
            for threshold in image.thresholds {
                do throws(PictureError) {
                    self = try Self.read(DarkPixels(image, threshold: threshold))
                    return
                } catch {
                    // The first failure with a symbol in it tells most.
                    if failure == .noSymbol { failure = error }
                }
            }
        }
        throw failure
    }

    private static func read(_ dark: DarkPixels) throws(PictureError) -> QRReading {
        var failure: PictureError = .noSymbol
        for corners in SymbolCorners.candidates(FinderPattern.all(in: dark)) {
            for side in corners.sides {
                do throws(QRReading.Failure) {
                    return try read(dark, corners, side: side)
                } catch {
                    if failure == .noSymbol { failure = .symbol(error) }
                }
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
        case .file(let error): error.description
        case .noSymbol: "there is no QR code in the picture"
        case .symbol(let failure): failure.description
        }
    }
}
