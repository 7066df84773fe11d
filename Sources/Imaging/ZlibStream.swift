import CZlib

/// A zlib stream of the filtered rows of a PNG image.
enum ZlibStream {
    /// A row that repeats the one before is filtered Up, which leaves only zeros.
    static func compressed(_ image: RepeatedRows) -> [UInt8] {
        let filtered = filtered(image)
        var length = compressBound(UInt(filtered.count))
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { target, count in
            let status = compress2(
                target.baseAddress, &length, filtered, UInt(filtered.count), 6)
            precondition(status == Z_OK, "zlib was given too little room")
            count = Int(length)
        }
    }

    private static func filtered(_ image: RepeatedRows) -> [UInt8] {
        let (none, up): (UInt8, UInt8) = (0, 2)
        var filtered: [UInt8] = []
        filtered.reserveCapacity(image.height * ((image.width + 7) / 8 + 1))
        for row in image.rows {
            filtered.append(none)
            filtered += row.bits
            for _ in 1..<max(row.times, 1) {
                filtered.append(up)
                filtered += repeatElement(0, count: row.bits.count)
            }
        }
        return filtered
    }
}
