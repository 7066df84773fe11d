import HTTP
import Imaging
import Matou
import Synchronization

extension CodePictures {
    /// The looks that a request may ask for in place of those that are kept.
    static let designParameters: [Operation.Parameter] = [
        .text("logo", "`true` for the logo that is kept, `false` for none, or a logo's id."),
        .text("logo_size", "Its edge in per cent of the code's, 5 to 22."),
        .text("foreground", "The modules' colour, such as #07305f."),
        .text("background", "The ground's colour."),
        .text("gradient", "The colour that the modules change to."),
        .text("angle", "In which direction, in degrees: 0 is to the right."),
        .choice(
            "modules", "The modules' shape.", QRDesign.ModuleShape.allCases.map(\.rawValue)),
        .choice("eyes", "The eyes' shape.", QRDesign.EyeShape.allCases.map(\.rawValue)),
        .choice("level", "The least error correction.", CodeDesign.levels),
    ]

    /// The design that is kept, with what the query says otherwise.
    ///
    /// - Throws: `Refusal.invalid` with all faults at once.
    func design(_ query: [QueryItem], of code: QRCode) throws -> CodeDesign {
        var faults = FieldFaults()
        let design = CodeDesign(code.design, &faults) { name in
            guard let text = query.first(where: { $0.name == name })?.value else { return nil }
            guard name == "logo" else { return text }
            return text == "true" ? nil : text == "false" ? "" : text
        }
        try faults.check()
        return design
    }
}

/// Pictures that were drawn lately. The key is all that a picture depends on, so none is ever stale.
final class PictureCache: Sendable {
    struct Key: Hashable {
        let content: String
        let design: CodeDesign
        let size: QRPicture.Size
        let format: CodePictures.Format
    }

    private struct Shelf {
        var pictures: [Key: [UInt8]] = [:]
        var order: [Key] = []
        var bytes = 0
    }

    private let shelf = Mutex(Shelf())
    private static let bytesMax = 32 << 20

    subscript(_ key: Key) -> [UInt8]? { shelf.withLock { $0.pictures[key] } }

    /// Keeps a picture; the oldest go when there are too many bytes.
    func keep(_ picture: [UInt8], as key: Key) {
        shelf.withLock { shelf in
            guard shelf.pictures.updateValue(picture, forKey: key) == nil else { return }
            shelf.order.append(key)
            shelf.bytes += picture.count
            var gone = 0
            while shelf.bytes > Self.bytesMax, gone < shelf.order.count {
                shelf.bytes -= shelf.pictures.removeValue(forKey: shelf.order[gone])?.count ?? 0
                gone += 1
            }
            shelf.order.removeFirst(gone)
        }
    }
}
