import TestSupport
import Testing

@Suite(.serialized) struct ParserTests {
    static let corpus: [String] =
        (RefusalTests.lines + RefusalTests.fields + RefusalTests.framing + RefusalTests.chunks).map(
            \.request)
        + ConnectionTests.samples + [
            "GET http://[::1]:80/a%20b?c=d&e HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=\"d\"\r\nForwarded: for=\"[::1]\";proto=https\r\n\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b%22\"\r\n\r\nc\r\n--x--",
            "Sunday, 06-Nov-94 08:49:37 GMT", "bytes=0-1", "W/\"a\", \"b\"", "gzip;q=0.5, *",
            "10.0.0.0/8", "a=%zz&b=+c",
        ]

    @Test(arguments: 0..<40)
    func `no bytes make the parser trap or change its mind`(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for sample in Self.corpus where sample.utf8.count < 4096 {
            var bytes = Array(sample.utf8)
            if seed > 0 { mutate(&bytes, &random) }
            if let fault = ParserInvariants.check(bytes) {
                Issue.record(
                    "seed \(seed): \(fault) in \(String(decoding: bytes, as: UTF8.self).debugDescription)"
                )
            }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let hostile = Array("\r\n\0 \t:;,=%\"\\/.-0fF{}\u{7f}".utf8) + [0x80, 0xff]
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.insert(hostile.randomElement(using: &random) ?? 0, at: index)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(contentsOf: bytes[index..<min(index + 9, bytes.count)], at: 0)
            default: bytes.removeLast(bytes.count - index)
            }
        }
    }
}
