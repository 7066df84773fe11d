/// The texts of the contests.
struct Payload {
    let name: String
    let bytes: [UInt8]
    let level: Character
    /// The ratio to libqrencode that is called done, and the one that is a record.
    let gate: Double
    let record: Double

    static let all = [
        Payload(
            name: "45-byte WeChat link, M",
            bytes: Array("http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt".utf8), level: "M",
            gate: 10, record: 20),
        Payload(
            name: "100-byte link, M", bytes: link(length: 100), level: "M", gate: 15, record: 36),
        Payload(name: "1 KB, L", bytes: noise(1024), level: "L", gate: 30, record: 56),
        Payload(name: "2,953 bytes, L", bytes: noise(2953), level: "L", gate: 35, record: 70),
    ]

    private static func link(length: Int) -> [UInt8] {
        let path = "abcdefghijklmnopqrstuvwxyz-campaign/spring/tea?source=poster&shop=shanghai-"
        return Array("https://example.com/\(path)\(path)".utf8.prefix(length))
    }

    /// Bytes 128…255 only: one byte segment for every encoder.
    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56) | 0x80
        }
    }
}
