import Archives
import HTTP
import Matou

/// The pictures of many codes as one ZIP, drawn while it is sent: memory holds a few at a time, and
/// a client that reads slowly slows the drawing down. Codes whose looks cannot be read back at this
/// size are left out and named in `unreadable.txt`.
struct CodePictureArchive: Sendable {
    /// Codes that are read from the store at once.
    private static let chunk = 200
    /// Bytes of a file's name that every system takes.
    private static let nameBytesMax = 180

    let pictures: CodePictures
    let wish: CodePictures.Wish
    /// The looks that are asked for in place of each code's own.
    let looks: [QueryItem]
    let qrCodes: QRCodes
    let modified: Timestamp

    /// - Throws: `Refusal` for looks that cannot be: once the answer has begun, it is too late.
    func response(
        of selection: QRCodeSelection, for principal: Principal
    ) async throws -> Response {
        try await tryLooks(on: selection, for: principal)
        return Response(
            .ok,
            fields: [
                "Content-Type": "application/zip",
                "Content-Disposition": ContentDisposition.attachment(named: "matou-qr-codes.zip"),
            ],
            body: .stream(length: nil) { try await write(selection, for: principal, to: $0) })
    }

    /// Draws the first picture, which shows what is wrong with the looks that were asked for.
    private func tryLooks(
        on selection: QRCodeSelection, for principal: Principal
    ) async throws {
        let codes = try await qrCodes.codes(of: selection, limit: Self.chunk, for: principal)
        guard let first = codes.first(where: { $0.made != nil }) else { return }
        do {
            _ = try await pictures.bytes(of: first, as: wish, looks, in: principal.workspace)
        } catch Refusal.unreadable where !hasLooks {
            // Its own kept looks: the archive says so of this code.
        }
    }

    private var hasLooks: Bool {
        looks.contains { !["format", "size", "print"].contains($0.name) }
    }

    private func write(
        _ selection: QRCodeSelection, for principal: Principal, to body: BodyWriter
    ) async throws {
        var names = UniqueNames()
        var last: QRCode.ID?
        var unreadable: [String] = []
        let compression: ZipWriter.Compression = wish.format == .svg ? .deflated : .stored
        let archive = try ZipWriter(compression, modified: modified.seconds)
        while true {
            let codes = try await qrCodes.codes(
                of: selection, after: last, limit: Self.chunk, for: principal)
            for code in codes {
                let bytes: [UInt8]?
                do {
                    bytes = try await pictures.bytes(
                        of: code, as: wish, looks, in: principal.workspace)
                } catch Refusal.unreadable {
                    unreadable.append(code.name)
                    continue
                }
                guard let bytes else { continue }
                let name = names.unique(Self.fileName(code.name))
                try archive.begin("\(name).\(wish.format.rawValue)", size: bytes.count)
                try archive.write(bytes)
                let chunk = archive.take()
                if !chunk.isEmpty { try await body.write(chunk) }
            }
            last = codes.last?.id
            if codes.count < Self.chunk { break }
        }
        if !unreadable.isEmpty {
            let list = Array((unreadable.joined(separator: "\n") + "\n").utf8)
            try archive.begin("unreadable.txt", size: list.count)
            try archive.write(list)
        }
        try archive.finish()
        try await body.write(archive.take())
    }

    /// The code's name without what a file's name may not have on some system.
    static func fileName(_ name: String) -> String {
        let forbidden = "/\\:*?\"<>|".unicodeScalars
        var text = ""
        var bytes = 0
        for character in name {
            let isForbidden = character.unicodeScalars.contains {
                $0.value < 32 || forbidden.contains($0)
            }
            let kept = isForbidden ? "_" : String(character)
            bytes += kept.utf8.count
            if bytes > nameBytesMax { break }
            text += kept
        }
        // Windows drops them from the end, and `..` must never be a name.
        while text.hasSuffix(".") || text.hasSuffix(" ") { text.removeLast() }
        return text.isEmpty ? "_" : text
    }
}

/// Gives each name once: the second `a` becomes `a (2)`.
struct UniqueNames {
    /// By the name as systems compare it that do not tell cases apart.
    private var counts: [String: Int] = [:]

    mutating func unique(_ name: String) -> String {
        var candidate = name
        while true {
            let key = candidate.folded()
            guard counts[key] != nil else {
                counts[key] = 1
                return candidate
            }
            let number = counts[name.folded(), default: 1] + 1
            counts[name.folded()] = number
            candidate = "\(name) (\(number))"
        }
    }
}
