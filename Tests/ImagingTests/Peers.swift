import Foundation
import QR
import TestSupport

/// Other people's encoders and readers: segno, Pillow, zxing-cpp, zbar and OpenCV in Python, and
/// libqrencode's program.
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

    /// The texts that readers find in the PNG files of a folder, by their names.
    static func texts(
        in folder: String, by readers: [Reader]
    ) async throws -> [Reader: [String: String]] {
        _ = try await python.run(
            "\(Self.folder)/scan.py", [folder] + readers.map(\.rawValue))
        let file = try Data(contentsOf: URL(filePath: folder + "/readings.json"))
        let readings = try JSONDecoder().decode([String: [String: String]].self, from: file)
        return readers.reduce(into: [:]) { texts, reader in
            texts[reader] = readings.compactMapValues { $0[reader.rawValue] }
        }
    }
}
