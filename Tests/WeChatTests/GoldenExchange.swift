import Foundation
import HTTPClient
import WeChat

/// One file of `Tests/Goldens/wechat`; its README says how it is written.
struct GoldenExchange {
    struct Half {
        var start = ""
        var fields: [String: String] = [:]
        var body: [String] = []

        func matches(_ body: [UInt8]) -> Bool {
            let expected = self.body.joined(separator: "\r\n")
            if let one = Self.json(Array(expected.utf8)), let other = Self.json(body) {
                return one.isEqual(other)
            }
            return Array(expected.utf8) == body
        }

        private static func json(_ bytes: [UInt8]) -> NSObject? {
            try? JSONSerialization.jsonObject(with: Data(bytes)) as? NSObject
        }
    }

    static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Goldens/wechat")

    static var names: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory.path)
                .filter { $0.hasSuffix(".http") }.map { String($0.dropLast(5)) }.sorted()
        }
    }

    let request: Half
    let response: HTTPResponse

    init(_ name: String) throws {
        let url = Self.directory.appending(path: name + ".http")
        let lines = try String(contentsOf: url, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        request = Self.half(lines, ">")
        let answer = Self.half(lines, "<")
        response = HTTPResponse(
            status: Int(answer.start) ?? 0, contentType: answer.fields["Content-Type"] ?? "",
            body: Array(answer.body.joined(separator: "\r\n").utf8))
    }

    private static func half(_ lines: [String], _ mark: String) -> Half {
        let texts = lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(2)) }
        var half = Half()
        half.start = texts.first ?? ""
        let head = texts.dropFirst().prefix { !$0.isEmpty }
        for field in head {
            let parts = field.split(separator: ":", maxSplits: 1)
            half.fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        half.body = Array(texts.dropFirst(head.count + 2))
        return half
    }
}
