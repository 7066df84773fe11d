import Foundation
import Imaging
import QR
import Testing

/// Pictures that other people's encoders drew: segno and libqrencode, through Pillow.
struct ForeignPictureTests {
    @Test func `other people's clean pictures are read`() throws {
        let drawn = try ForeignPictures.drawn()
        #expect(drawn.count > 100)
        for picture in drawn {
            do {
                let reading = try QRReading(picture: picture.bytes)
                #expect(reading.text == picture.text, "\(picture.name)")
            } catch {
                Issue.record("\(picture.name): \(error)")
            }
        }
    }

    @Test func `WeChat's kind of picture is read with half of its correction left`() throws {
        for picture in try ForeignPictures.drawn() where picture.name.hasPrefix("wechat-15") {
            #expect(try QRReading(picture: picture.bytes).reserve >= 0.5, "\(picture.name)")
        }
    }

    @Test func `every kind of file can be a logo`() throws {
        for picture in try ForeignPictures.drawn() where picture.name.contains(/^(kind|jpeg)-/) {
            let logo = try Logo(file: picture.bytes)
            #expect(logo.width == logo.height, "\(picture.name)")
            let again = try Logo(file: logo.png())
            #expect(again.width == logo.width && again.png() == logo.png(), "\(picture.name)")
        }
    }
}

/// Drawn once by `encoders/draw.py`, with a Python that is made once and kept in the temporary folder.
struct ForeignPictures {
    let name: String
    let bytes: [UInt8]
    let text: String

    struct CannotDraw: Error, CustomStringConvertible {
        let description: String
    }

    static func drawn() throws -> [ForeignPictures] { try all.get() }

    private static let all = Result { try draw() }
    private static let encoders = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "encoders").path

    private static func draw() throws -> [ForeignPictures] {
        let temporary = FileManager.default.temporaryDirectory
        let python = temporary.appending(path: "matou-segno-1.6.6-\(getuid())").path
        let interpreter = python + "/bin/python3"
        if (try? run([interpreter, "-c", "import segno, PIL"])) == nil {
            try run(["python3", "-m", "venv", "--clear", python])
            try run([
                interpreter, "-m", "pip", "install", "-q", "-r", encoders + "/requirements.txt",
            ])
        }
        let folder = temporary.appending(path: "matou-pictures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try run([interpreter, encoders + "/draw.py", folder.path])
        let table = try String(contentsOf: folder.appending(path: "texts.tsv"), encoding: .utf8)
        return try table.split(separator: "\n").map { line in
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            let bytes = try Data(contentsOf: folder.appending(path: parts[0]))
            return ForeignPictures(name: parts[0], bytes: Array(bytes), text: parts[1])
        }
    }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CannotDraw(description: "\(arguments.joined(separator: " ")) failed")
        }
    }
}
