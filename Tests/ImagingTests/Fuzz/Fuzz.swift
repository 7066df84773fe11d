// Compiled by Fuzz/run into the module of the pictures; no part of the test target.

import QR

/// libFuzzer's entry: a file that is read and made a logo, or pixels that are read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let width = input.first, width > 0, width < 0x80 {
        // Each bit is a pixel: finder patterns come up more easily than in a file.
        let pixels = input.dropFirst().flatMap { byte in
            (0..<8).map { byte >> UInt8($0) & 1 == 0 ? UInt8(255) : 0 }
        }
        let rows = pixels.count / Int(width)
        guard rows > 0 else { return 0 }
        _ = try? QRReading(
            LumaImage(width: Int(width), pixels: Array(pixels.prefix(rows * Int(width)))))
        return 0
    }
    _ = try? QRReading(picture: input)
    if let logo = try? Logo(file: input) {
        guard let again = try? Logo(file: logo.png()), again.width == logo.width,
            again.height == logo.height, max(logo.width, logo.height) <= 512
        else { preconditionFailure("a logo's normal form is no logo") }
    }
    return 0
}
