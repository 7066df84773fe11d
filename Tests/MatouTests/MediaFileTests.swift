import Foundation
import Matou
import TestSupport
import TestWorld
import Testing

@Suite struct `A file that is sent` {
    private func media(_ bytes: [UInt8]) throws -> MediaFile { try MediaFile(Data(bytes)) }

    @Test func `is known by its bytes, with its size, length and whether it moves`() throws {
        let png = try media(MediaBytes.png(width: 520, height: 416))
        #expect(png.format == .png && png.size == .init(width: 520, height: 416))
        #expect(!png.isAnimated)
        #expect(try media(MediaBytes.png(frames: 3)).isAnimated)
        let jpeg = try media(MediaBytes.jpeg(width: 64, height: 48))
        #expect(jpeg.format == .jpeg && jpeg.size == .init(width: 64, height: 48))
        let gif = try media(MediaBytes.gif())
        #expect(gif.format == .gif && gif.size == .init(width: 8, height: 6) && !gif.isAnimated)
        #expect(try media(MediaBytes.gif(pictures: 2)).isAnimated)
        let mp4 = try media(MediaBytes.mp4(seconds: 7))
        #expect(mp4.format == .mp4 && mp4.duration == .seconds(7))
        #expect(mp4.size == .init(width: 320, height: 240))
    }

    @Test(arguments: [[9], [1, 14, 5, 9]] as [[UInt8]])
    func `of sound is as long as its frames, at any bit rate`(rates: [UInt8]) throws {
        let mp3 = try media(MediaBytes.mp3(frames: 2000, rates: rates))
        let duration = try #require(mp3.duration)
        // 2000 frames of 1152 samples at 44,100 Hz.
        #expect(abs(duration / .seconds(1) - 52.245) < 0.1)
        #expect(try media(MediaBytes.mp3(tag: false)).format == .mp3)
    }

    @Test func `cut off anywhere is told, never a crash`() {
        let files = [
            MediaBytes.png(frames: 2), MediaBytes.jpeg(), MediaBytes.gif(pictures: 2),
            MediaBytes.mp4(), MediaBytes.mp3(frames: 3),
        ]
        for file in files {
            for length in 0..<file.count {
                let cut = Array(file.prefix(length))
                // A sound file that is cut short is played as far as it goes.
                guard let media = try? media(cut) else { continue }
                #expect(media.format == .mp3, "\(length) of \(file.count)")
            }
        }
    }

    @Test func `with bytes changed at random is read or refused, never a crash`() {
        let files = [
            MediaBytes.png(frames: 2), MediaBytes.jpeg(), MediaBytes.gif(pictures: 2),
            MediaBytes.mp4(), MediaBytes.mp3(frames: 3),
        ]
        for seed in 0..<400 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var file = files[seed % files.count]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<min(file.count, 220), using: &generator)
                file[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? media(file)
        }
    }

    @Test func `whose boxes lie about their length is broken`() {
        var outside = MediaBytes.mp4()
        // The movie says that it is longer than the file.
        outside[20] = 0x7F
        #expect(throws: MediaFault.broken) { try media(outside) }
        let empty = MediaBytes.box("ftyp", Array("isom".utf8) + [0, 0, 0, 0]) + [0, 0, 0, 0]
        #expect(throws: MediaFault.broken) { try media(empty + Array("moov".utf8)) }
        var deep = MediaBytes.box("mvhd", [])
        for _ in 0..<50 { deep = MediaBytes.box("trak", deep) }
        let head = MediaBytes.box("ftyp", Array("isom".utf8) + [0, 0, 0, 0])
        #expect(throws: MediaFault.broken) { try media(head + MediaBytes.box("moov", deep)) }
        let long = head + [0, 0, 0, 1] + Array("mdat".utf8) + Array(repeating: 0xFF, count: 8)
        #expect(throws: MediaFault.broken) { try media(long) }
    }

    @Test func `that is several things at once is what it begins as, or nothing`() throws {
        // A picture with a page behind its end, and a page with a picture in it.
        let page = Array("<html><script>alert(1)</script>".utf8)
        #expect(try media(MediaBytes.png() + page).format == .png)
        #expect(try media(MediaBytes.jpeg() + MediaBytes.mp4()).format == .jpeg)
        #expect(throws: MediaFault.unknownFormat) { try media(page + MediaBytes.png()) }
        for other in [
            "%PDF-1.7", "RIFF    WEBPVP8 ", "#!AMR\n", "BM      ", "PK\u{3}\u{4}", "<svg>",
        ] {
            let bytes = Array(other.utf8) + Array(repeating: 0, count: 64)
            #expect(throws: MediaFault.unknownFormat, "\(other)") { try media(bytes) }
        }
        #expect(throws: MediaFault.unknownFormat) { try media(MediaBytes.mp4(brand: "qt  ")) }
        #expect(throws: MediaFault.unknownFormat) { try media([0xFF, 0xFB, 0x90, 0xC0]) }
    }
}
