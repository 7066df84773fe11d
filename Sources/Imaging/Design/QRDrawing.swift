public import QR

/// A text, and how it is to be drawn: encodes it, draws it, and proves that the picture is read before
/// it is handed out.
public struct QRDrawing: Sendable, Hashable {
    public var content: [UInt8]
    /// With a logo the level is raised as far as the version has room, asked for or not.
    public var options: QRSymbol.Options
    public var design: QRDesign
    public var quietZone: Int
    public var size: QRPicture.Size

    public init(
        _ content: [UInt8], _ options: QRSymbol.Options = .init(), design: QRDesign = .plain,
        quietZone: Int = 4, size: QRPicture.Size = .modules(pixels: 8)
    ) {
        self.content = content
        self.options = options
        self.design = design
        self.quietZone = quietZone
        self.size = size
    }

    /// Why there is no picture.
    public enum Refusal: Error, Equatable {
        case encoding(QRSymbol.EncodingError)
        case drawing(QRPicture.DrawingError)
        /// The design would not be read well; `nearest` is one that is, if any was found.
        case design(DesignFault, nearest: Nearest?)
    }

    /// A design that passes, and the level that it needs.
    public struct Nearest: Sendable, Hashable {
        public let design: QRDesign
        public let level: QRSymbol.Level
    }

    /// A picture that a reader has read.
    public struct Proven: Sendable {
        public let picture: QRPicture
        /// The part of its correction that the worst block has left, 0…1.
        public let reserve: Double
        /// The logo's size in per cent of the symbol's edge; nil without a logo.
        public let logoSize: Int?
    }

    /// The picture, read back: by `QRReading`, from the pixels, with at least half of the correction left
    /// in every block. Black squares on white need no proof.
    ///
    /// Pictures of more than 1,280 pixels are proven at 1,280, SVG and text in pixels.
    public func proven() throws(Refusal) -> Proven {
        do {
            return try drawn()
        } catch .design(let fault, nearest: _) {
            throw .design(fault, nearest: nearest(after: fault))
        }
    }

    /// As `proven`, without a search for what would pass.
    func drawn() throws(Refusal) -> Proven {
        let symbol: QRSymbol
        do { symbol = try encoded() } catch { throw .encoding(error.advice(for: design)) }
        let picture = QRPicture(symbol, design: design, quietZone: quietZone, size: size)
        do { _ = try picture.layout() } catch { throw .drawing(error) }
        if design.isPlain { return Proven(picture: picture, reserve: 1, logoSize: nil) }
        do throws(DesignFault) {
            try checkContrast()
            return try design.logo == nil
                ? picture.read() : proven(picture, Self.sizes(asked: design.logoSize, symbol))
        } catch {
            throw .design(error, nearest: nil)
        }
    }

    private func encoded() throws(QRSymbol.EncodingError) -> QRSymbol {
        var options = options
        if design.logo != nil { options.boost = true }
        // Only of text is it known where a Kanji begins.
        if options.kanji, let text = String(validating: content, as: UTF8.self) {
            return try QRSymbol.encode(text, options)
        }
        return try QRSymbol.encode(content, options)
    }

    private func checkContrast() throws(DesignFault) {
        let contrast = design.contrast
        if contrast.isInverted { throw .inverted }
        guard contrast.isEnough else { throw .contrast(contrast) }
    }

    /// The first size that passes.
    private func proven(_ picture: QRPicture, _ sizes: [Int]) throws(DesignFault) -> Proven {
        guard let first = sizes.first else { throw .noRoomForLogo(picture.symbol.level) }
        let largest = QRDesign.logoSizeMax(picture.symbol.level)
        guard first <= largest else {
            throw .logoTooLarge(percent: first, largest: largest, picture.symbol.level)
        }
        var fault: DesignFault?
        for size in sizes {
            var sized = design
            sized.logoSize = size
            do throws(DesignFault) {
                return try QRPicture(
                    picture.symbol, design: sized, quietZone: picture.quietZone, size: picture.size
                ).read()
            } catch {
                fault = fault ?? error
            }
        }
        throw fault ?? .unreadable
    }

    /// The logo's sizes to try: the one that is asked for, or those that the level may bear, the largest
    /// first, one for each number of modules.
    private static func sizes(asked: Int?, _ symbol: QRSymbol) -> [Int] {
        let largest = QRDesign.logoSizeMax(symbol.level)
        guard largest > 0 else { return [] }
        if let asked { return [asked] }
        var seen: Set<Range<Int>> = []
        return (QRDesign.logoSizes.lowerBound...largest).reversed().filter { percent in
            seen.insert(Plate(side: symbol.side, percent: percent).modules).inserted
        }
    }
}

extension QRSymbol.EncodingError {
    /// Without a level that would hold the text and then bear no logo.
    fileprivate func advice(for design: QRDesign) -> Self {
        guard design.logo != nil, case .tooLong(var excess) = self, let level = excess.fittingLevel,
            QRDesign.logoSizeMax(level) == 0
        else { return self }
        excess.fittingLevel = nil
        return .tooLong(excess)
    }
}

extension QRPicture {
    private static let provenEdgeMax = 1280

    /// Reads the picture's own pixels back.
    fileprivate func read() throws(DesignFault) -> QRDrawing.Proven {
        guard let truth = try? QRReading(symbol), let rows = try? StyledRows(readable),
            let reading = try? QRReading(rows.luma), reading.bytes == truth.bytes
        else { throw .unreadable }
        guard reading.blocks.allSatisfy({ 2 * $0.corrected <= $0.correctable }) else {
            throw .weak(reserve: reading.reserve)
        }
        return QRDrawing.Proven(
            picture: self, reserve: reading.reserve,
            logoSize: design.logo == nil ? nil : design.logoSize)
    }

    private var readable: QRPicture {
        let edge = (try? layout().edge) ?? 0
        guard edge > Self.provenEdgeMax else { return self }
        return QRPicture(
            symbol, design: design, quietZone: quietZone, size: .pixels(Self.provenEdgeMax))
    }
}
