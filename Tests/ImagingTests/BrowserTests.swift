import Foundation
import Imaging
import QR
import TestWorld
import Testing

/// SVG as a browser draws it.
struct BrowserTests {
    @Test func `every shape and colour is read back from its SVG, with a logo and without`()
        async throws
    {
        let folder = try TemporaryDirectory()
        let pictures = folder.path + "/pictures"
        try FileManager.default.createDirectory(
            atPath: pictures, withIntermediateDirectories: false)
        let browser = try await Browser(width: 560, height: 760)
        let drawings = Self.drawings
        for (index, drawing) in drawings.enumerated() {
            let svg = folder.path + "/\(index).svg"
            try Data(drawing.proven().picture.svg().utf8).write(to: URL(filePath: svg))
            try await browser.open("file://\(svg)")
            let picture = try await browser.screenshot()
            #expect(try QRReading(picture: picture).bytes == drawing.content, "\(drawing.design)")
            try Data(picture).write(to: URL(filePath: "\(pictures)/\(index).png"))
        }
        await browser.close()
        let text = String(decoding: DesignTests.link, as: UTF8.self)
        for (reader, found) in try await Peers.texts(in: pictures, by: [.zxing, .zbar]) {
            let unread = drawings.indices.filter { found["\($0).png"] != text }
            #expect(unread == [], "\(reader)")
        }
    }

    private static var drawings: [QRDrawing] {
        (DesignTests.designs + [.plain]).flatMap { design in
            [nil, Logos.drop].map { logo in
                var design = design
                design.logo = logo
                return QRDrawing(DesignTests.link, design: design, size: .pixels(430))
            }
        }
    }
}
