import Foundation
import TestSupport
import TestWorld
import Testing

@Suite struct `The commands that draw and read codes` {
    @Test(arguments: [8, 12, 15, 30, 50])
    func `a width on paper is a picture of 300 dots an inch`(centimetres: Int) async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/code.png"
        let end = try await RunningMatou.finish([
            "qr", "wharf", "--print", "\(centimetres)", "--output", file,
        ])
        #expect(end == 0)
        let png = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        try #require(png.count > 20)
        let width = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
        #expect(abs(width - centimetres * 30_000 / 254) <= 1)
        // 11,811 dots a metre, both ways (PNG, third edition, 11.3.4.3).
        let density: [UInt8] = [0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1]
        #expect(Data(png).range(of: Data(Array("pHYs".utf8) + density)) != nil)
    }

    @Test func `a code that was drawn is read`() async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/code.png"
        let drawn = ["qr", "码头 wharf", "--ecc", "Q", "--mask", "3", "--output", file]
        #expect(try await RunningMatou.finish(drawn) == 0)
        let read = try await RunningMatou.run(["read", file])
        #expect(read.status == 0)
        #expect(read.written.hasPrefix("码头 wharf\nversion 2, level Q, mask 3\n"))
        #expect(read.written.hasSuffix("0 of 11 codewords corrected\nreserve left: 100 %\n"))

        let words = folder.path + "/words.png"
        try Data("words".utf8).write(to: URL(filePath: words))
        let refused = try await RunningMatou.run(["read", words])
        #expect(refused.status == 1)
        #expect(refused.written == "matou: this is neither a PNG nor a JPEG picture\n")
    }

    @Test(arguments: [
        ("part-1-of-2.png", ["matou: this is part 1 of 2 of a longer text\n", "wharf, pi"]),
        (
            "undeclared-latin1.png",
            ["matou: the code does not say what its text is; read as ISO 8859-1\n", "café\n"]
        ),
        ("bytes.png", ["6 bytes that are no text; --raw writes them\n"]),
    ])
    func `what a code does not say of its text is told`(picture: String, words: [String])
        async throws
    {
        let end = try await RunningMatou.run([
            "read", ProjectFolder.root + "/Tests/Goldens/codes/" + picture,
        ])
        #expect(end.status == 0)
        for words in words { #expect(end.written.contains(words), "\(end.written)") }
    }

    @Test func `looks that would not be read come with the flags of those that would`() async throws
    {
        let folder = try TemporaryDirectory()
        let text = "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"
        let file = ["--output", folder.path + "/code.png"]
        let light = try await RunningMatou.run(["qr", text, "--foreground", "#c0e0c0"] + file)
        #expect(light.status == 1)
        #expect(light.written.contains("the contrast of modules and ground is too low"))
        let flags = try #require(light.written.split(separator: "this would pass: ").last)
            .split(whereSeparator: \.isWhitespace).map { String($0.replacing("'", with: "")) }
        let end = try await RunningMatou.finish(
            ["qr", text, "--foreground", "#c0e0c0"] + file + flags)
        #expect(end == 0)
        let code = try await RunningMatou.run(["qr", text, "--logo", folder.path + "/code.png"])
        #expect(code.status == 1 && code.written.contains("this is a QR code itself"))
        let directory = try await RunningMatou.run(["qr", text, "--logo", folder.path])
        #expect(directory.written.hasSuffix("cannot be read: Is a directory\n"))
    }

    @Test func `a flag of a picture may be a setting as well, and wins over it`() async throws {
        let folder = try TemporaryDirectory()
        let (config, picture) = (folder.path + "/matou.json", folder.path + "/code.svg")
        let json = Data(##"{"foreground": "#07305f", "eyes": "circle", "boost": true}"##.utf8)
        try json.write(to: URL(fileURLWithPath: config))
        let environment = [
            "MATOU_CONFIG": config, "MATOU_OUTPUT": picture, "MATOU_EYES": "rounded",
        ]
        #expect(
            try await RunningMatou.finish(["qr", "wharf", "--foreground=#5f0730"], environment) == 0
        )
        let svg = try String(contentsOfFile: picture, encoding: .utf8)
        #expect(svg.contains("#5f0730") && svg.contains("evenodd"))

        #expect(try await RunningMatou.finish(["qr", "wharf"], ["MATOU_MASK": "9"]) == 64)
        try Data(#"{"colour": 1}"#.utf8).write(to: URL(fileURLWithPath: config))
        #expect(try await RunningMatou.finish(["qr", "wharf", "--config", config], [:]) == 78)
    }

    @Test func `a stranger's code does not steer the terminal that reads it`() async throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/code.png"
        #expect(try await RunningMatou.finish(["qr", "red \u{1b}[31m", "--output", file]) == 0)
        let read = try await RunningMatou.run(["read", file])
        #expect(read.written.contains(#"red \u{1b}[31m"#) && !read.written.contains("\u{1b}"))
        try Data().write(to: URL(fileURLWithPath: folder.path + "/empty"))
        let empty = try await RunningMatou.run(["qr", "--input", folder.path + "/empty"])
        #expect(empty.status == 1 && empty.written.contains("the input is empty"))
    }
}
