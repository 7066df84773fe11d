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

    /// Out of zbarimg's XML: `<source href='…'>…<![CDATA[…]]>`.
    private static func zbar(_ folder: String) async throws -> [String: String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".png") }.map { "\(folder)/\($0)" }
        // Its status says whether it read all; it looks for a desktop to tell, and says when there is none.
        let (_, output) = try await Child(
            ["zbarimg", "-q", "--xml", "-S*.disable", "-Sqrcode.enable"] + files
        ).finish()
        let sources = output.components(separatedBy: "<source href='").dropFirst()
        let texts = sources.compactMap { source -> (String, String)? in
            let name = source.prefix { $0 != "'" }.split(separator: "/").last
            let data = source.components(separatedBy: "<![CDATA[").dropFirst().first
            guard let name, let text = data?.components(separatedBy: "]]>").first else {
                return nil
            }
            return (String(name), text)
        }
        return Dictionary(texts, uniquingKeysWith: { first, _ in first })
    }
}
