import Imaging
import QR

/// The picture of a parametric code, as `showqrcode` serves it: 430 pixels, high correction, three
/// light modules around (`wechat-wire.md` §1.1).
struct CodePicture: Sendable {
    let png: [UInt8]

    private static let edgePixels = 430
    private static let quietZone = 3

    /// Absent only for a text that no symbol can hold.
    init?(of text: String) {
        guard let symbol = try? QRSymbol.encode(text, .init(level: .high)),
            let png = try? QRPicture(
                symbol, quietZone: Self.quietZone, size: .pixels(Self.edgePixels)
            ).png()
        else { return nil }
        self.png = png
    }
}
