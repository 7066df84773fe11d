import Archives
import Foundation
import Sheets
import TestWorld
import Testing

struct TableTests {
    static let dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"x\")"]

    @Test(arguments: TableFormat.allCases)
    func `a file is complete and durable when it is finished`(format: TableFormat) throws {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/table"
        let writer = try format.writer(at: path, heads: ["名称", "Scans"])
        try writer.append([.text("静安门店"), .integer(7)])
        try writer.finish()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count > 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["table"])
    }

    @Test func `a CSV begins with a mark that Excel knows UTF-8 by, and quotes what must be`() {
        var text = CSVText()
        text.append(["a,b", "x;=1", "a\tb", "say \"hi\"", "two\nlines", "", "plain"])
        text.append([.integer(-5), .empty, .text("静安")])
        let bytes = text.take()
        #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(
            String(decoding: bytes.dropFirst(3), as: UTF8.self)
                == "\"a,b\",\"x;=1\",\"a\tb\",\"say \"\"hi\"\"\",\"two\nlines\",,plain\r\n-5,,静安\r\n"
        )
    }

    @Test(arguments: dangerous)
    func `a cell of a CSV never becomes a formula`(cell: String) {
        var text = CSVText()
        text.append([cell])
        let written = String(decoding: text.take().dropFirst(3), as: UTF8.self)
        #expect(written.hasPrefix("\"'"))
    }

    @Test func `openpyxl reads a workbook back, and finds strings where formulas were tried`()
        async throws
    {
        let folder = try TemporaryDirectory()
        let path = folder.path + "/table.xlsx"
        let writer = try TableFormat.xlsx.writer(at: path, heads: ["名称", "次数"])
        for cell in Self.dangerous { try writer.append([.text(cell), .integer(3)]) }
        try writer.append([.text("<b>&\u{1}]]>"), .empty])
        try writer.append([.text(String(repeating: "长", count: 40_000)), .integer(0)])
        try writer.finish()
        let rows = try await OtherReader.workbook(path)
        try #require(rows.count == Self.dangerous.count + 3)
        try #require(rows.dropFirst().allSatisfy { !$0.isEmpty })
        #expect(rows[0].map(\.text) == ["名称", "次数"])
        for (row, cell) in zip(rows.dropFirst(), Self.dangerous) {
            try #require(row.count == 2, "\(cell)")
            #expect(row[0].type == "s", "\(cell)")
            #expect(row[1].text == "3" && row[1].type == "n")
        }
        #expect(rows[1][0].text == "=1+1")
        #expect(rows[8][0].text == "<b>&_x0001_]]>")
        #expect(rows[9][0].text.count == 16_383)
    }

    @Test func `an archive that is taken piece by piece is read by zipfile`() async throws {
        let archive = try ZipWriter(.stored, modified: 1_795_233_600)
        var bytes: [UInt8] = []
        for number in 1...300 {
            let content = [UInt8](repeating: UInt8(number % 256), count: number)
            try archive.begin("静安门店 \(number).png", size: content.count)
            try archive.write(content)
            bytes += archive.take()
        }
        try archive.finish()
        bytes += archive.take()
        let folder = try TemporaryDirectory()
        let path = folder.path + "/codes.zip"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let entries = try await OtherReader.archive(path)
        #expect(entries.count == 300 && entries["静安门店 17.png"] == 17)
    }
}
