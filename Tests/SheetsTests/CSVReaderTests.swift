import Foundation
import Sheets
import TestSupport
import TestWorld
import Testing

struct CSVReaderTests {
    private func read(_ text: String) -> [CSVReader.Record] {
        Array(CSVReader(Array(text.utf8)[...]))
    }

    @Test func `records are told by their line, over quoted line ends and empty lines`() {
        let records = read("a,b\r\n\n\"two\nlines\",\"say \"\"hi\"\"\"\rlast")
        #expect(records.map(\.fields) == [["a", "b"], ["two\nlines", "say \"hi\""], ["last"]])
        #expect(records.map(\.line) == [1, 3, 5])
        #expect(records.allSatisfy { $0.fault == nil })
    }

    @Test func `what a spreadsheet would guess at is a fault of its record`() {
        #expect(read("a\"b\nnext").map(\.fault) == [.strayQuote, nil])
        #expect(read("\"a\"b\nnext").map(\.fault) == [.strayQuote, nil])
        #expect(read("first\n\"never closed\n").map(\.fault) == [nil, .openQuote])
    }

    @Test func `empty fields and a last line without an end are kept`() {
        #expect(read("a,,\n,").map(\.fields) == [["a", "", ""], ["", ""]])
        #expect(read("").isEmpty && read("\n\r\n").isEmpty)
    }

    @Test func `UTF-8 with and without its mark, and GB18030, are told apart`() throws {
        let text = "门店_上海_静安🐟"
        let plain = try #require(TextEncoding.decode(Array(text.utf8)))
        #expect(plain.encoding == .utf8 && String(decoding: plain.text, as: UTF8.self) == text)
        let marked = try #require(TextEncoding.decode([0xEF, 0xBB, 0xBF] + Array(text.utf8)))
        #expect(String(decoding: marked.text, as: UTF8.self) == text)
        // 门店_上海 as Excel in China saves it, and 🐟 in GB18030's four bytes.
        let bytes: [UInt8] = [
            0xC3, 0xC5, 0xB5, 0xEA, 0x5F, 0xC9, 0xCF, 0xBA, 0xA3, 0x94, 0x39, 0xDA, 0x35,
        ]
        let chinese = try #require(TextEncoding.decode(bytes))
        #expect(chinese.encoding == .gb18030)
        #expect(String(decoding: chinese.text, as: UTF8.self).hasPrefix("门店_上海"))
    }

    @Test func `bytes that are no text are not taken for one`() {
        #expect(TextEncoding.decode([0x89, 0x50, 0x4E, 0x47, 0xFF, 0xFF, 0x00, 0x80]) == nil)
    }

    @Test func `random bytes never trip it, and every record ends`() {
        var generator = SeededGenerator(seed: 6)
        let letters = Array("a,\"\n\r中".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                letters.randomElement(using: &generator) ?? 0
            }
            let records = Array(CSVReader(bytes[...]))
            #expect(records.count <= bytes.count)
            #expect(zip(records, records.dropFirst()).allSatisfy { $0.line < $1.line })
        }
    }
}
