import Foundation

/// The bytes of small files of every format that replies send, made by hand from their standards, so
/// that a test can also make them wrong.
package enum MediaBytes {
    /// - Parameter frames: more than one makes it move.
    package static func png(
        width: UInt32 = 8, height: UInt32 = 6, frames: UInt32 = 1, padding: Int = 0
    ) -> [UInt8] {
        func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
            number(UInt32(data.count)) + Array(type.utf8) + data + [0, 0, 0, 0]
        }
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += chunk("IHDR", number(width) + number(height) + [8, 2, 0, 0, 0])
        if frames > 1 { file += chunk("acTL", number(frames) + number(0)) }
        file += chunk("IDAT", Array(repeating: 7, count: 4 + padding))
        return file + chunk("IEND", [])
    }

    /// A green disc of 48 pixels as a PNG file that holds what it promises.
    package static func disc() -> [UInt8] {
        let base64 = """
            iVBORw0KGgoAAAANSUhEUgAAADAAAAAwAQMAAABtzGvEAAAABlBMVEX///8HeDyYBEqCAAAAeklEQVR42pXQ\
            sRGCUACD4Y9IQScbyCiM5miM4AiM8AoLCo5noe/06EyT+1PkLuGk2wZqJS4suNZaxMggJnoxE52KLh3cE5jT\
            w5R3YQYYG40wNPrYBP0p/NtW2E9hga3RBqXRDmsOWNoUd6pYOMTKLgqbePJo93zP+tELvF0f+3oYoh4AAAAA\
            SUVORK5CYII=
            """
        return Array(Data(base64Encoded: base64) ?? Data())
    }

    package static func jpeg(width: UInt16 = 8, height: UInt16 = 6) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2]
            + [0xFF, 0xC0, 0, 11, 8] + number(height) + number(width) + [1, 1, 0x11, 0]
            + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xFF, 0xD9]
    }

    package static func gif(pictures: Int = 1) -> [UInt8] {
        let picture: [UInt8] = [0x2C, 0, 0, 0, 0, 8, 0, 6, 0, 0, 2, 2, 0x4C, 1, 0]
        return Array("GIF89a".utf8) + [8, 0, 6, 0, 0, 0, 0]
            + Array(repeating: picture, count: pictures).flatMap(\.self) + [0x3B]
    }

    /// - Parameter seconds: what the movie's header says.
    package static func mp4(
        seconds: UInt32 = 3, brand: String = "isom", padding: Int = 0
    ) -> [UInt8] {
        let times = Array(repeating: UInt8(0), count: 8)
        let header = box(
            "mvhd", [0, 0, 0, 0] + times + number(UInt32(1000)) + number(seconds * 1000))
        let track = box(
            "tkhd",
            Array(repeating: 0, count: 76) + number(UInt32(320) << 16) + number(UInt32(240) << 16))
        let handler = box("hdlr", Array(repeating: 0, count: 8) + Array("vide".utf8) + times)
        return box("ftyp", Array(brand.utf8) + [0, 0, 2, 0] + Array(brand.utf8))
            + box("moov", header + box("trak", track + box("mdia", handler)))
            + box("mdat", Array(repeating: 1, count: 8 + padding))
    }

    package static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        number(UInt32(8 + content.count)) + Array(type.utf8) + content
    }

    /// MPEG-1 layer III at 44,100 Hz: 1152 samples a frame.
    ///
    /// - Parameter rates: indexes into the table of bit rates, used in turn.
    package static func mp3(frames: Int = 100, rates: [UInt8] = [9], tag: Bool = true) -> [UInt8] {
        let table = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        var file: [UInt8] = tag ? Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 4, 9, 9, 9, 9] : []
        for index in 0..<frames {
            let rate = rates[index % rates.count]
            let length = 144 * table[Int(rate)] * 1000 / 44_100
            file += [0xFF, 0xFB, rate << 4, 0xC0] + Array(repeating: 0x55, count: length - 4)
        }
        return file
    }

    private static func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> Number($0))
        }
    }
}
