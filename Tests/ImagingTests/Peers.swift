import Foundation
import QR
import TestSupport

/// Other people's encoders and readers: segno, Pillow, zxing-cpp and OpenCV in Python, libqrencode's and
/// zbar's programs.
enum Peers {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "peers").path
    private static let python = PythonEnvironment(
        "pictures", requirements: "\(folder)/requirements.txt")

    enum Reader: String, CaseIterable { case zxing, opencv, zbar }

    /// Fills a folder with pictures, and `texts.tsv` with what they say.
    static func draw(into folder: String) async throws {
        _ = try await python.run("\(Self.folder)/draw.py", [folder])
    }

    /// A text as libqrencode draws it, with the level and the smallest version that are asked for.
    static func encode(
        _ text: [UInt8], _ options: QRSymbol.Options, into file: String
    ) async throws {
        try Data(text).write(to: URL(filePath: file + ".txt"))
        let (status, output) = try await Child([
            "qrencode", "-l", String(options.level.letter), "-v", String(options.minVersion),
            "-s", "4", "-m", "4", "-r", file + ".txt", "-o", file,
        ]).finish()
        guard status == 0 else { throw PythonEnvironment.Failure(description: output) }
    }

    /// The texts that a reader finds in the PNG files of a folder, by their names.
    static func texts(
        in folder: String, by readers: [Reader]
    ) async throws -> [Reader: [String: String]] {
        var texts: [Reader: [String: String]] = [:]
        if readers.contains(.zbar) { texts[.zbar] = try await zbar(folder) }
        let others = readers.filter { $0 != .zbar }
        _ = try await python.run("\(Self.folder)/scan.py", [folder] + others.map(\.rawValue))
        let file = try Data(contentsOf: URL(filePath: folder + "/readings.json"))
        let readings = try JSONDecoder().decode([String: [String: String]].self, from: file)
        for reader in others { texts[reader] = readings.compactMapValues { $0[reader.rawValue] } }
        return texts
    }

    /// File by file: zbarimg's XML, which tells them apart, spoils every byte beyond ASCII.
    private static func zbar(_ folder: String) async throws -> [String: String] {
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasSuffix(".png") {
            // Its status says whether it read anything; it looks for a desktop to tell.
            let (status, output) = try await Child([
                "sh", "-c", "exec zbarimg -q --raw -S*.disable -Sqrcode.enable \"$1\" 2>/dev/null",
                "zbar", "\(folder)/\(name)",
            ]).finish()
            if status == 0 { texts[name] = String(output.dropLast()) }
        }
        return texts
    }
}
