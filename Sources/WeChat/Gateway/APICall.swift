import Foundation
import HTTPClient

/// One call of WeChat's API, before it has a token.
struct APICall: Sendable {
    enum Host: Sendable { case api, mp, qyapi }

    /// When the same call may be made again without a person asking.
    enum Repeating: Sendable {
        /// Doing it twice is doing it once.
        case idempotent
        /// Only when the first certainly did nothing.
        case onlyIfNotSent
    }

    var method: HTTPRequest.Method
    var path: String
    var host = Host.api
    var query: [(name: String, value: String)] = []
    var contentType: String?
    var body: [UInt8] = []
    var repeating: Repeating
    var timeout = Duration.seconds(10)
    var answerBytesMax = 4 << 20

    static func get(_ path: String, query: [(name: String, value: String)] = []) -> APICall {
        APICall(method: .get, path: path, query: query, repeating: .idempotent)
    }

    static func post(
        _ path: String, _ body: some Encodable, repeating: Repeating
    ) throws(WeChatError) -> APICall {
        APICall(
            method: .post, path: path, contentType: "application/json", body: try json(body),
            repeating: repeating)
    }

    static func upload(
        _ path: String, type: String? = nil, form: MultipartForm
    ) -> APICall {
        APICall(
            method: .post, path: path, query: type.map { [("type", $0)] } ?? [],
            contentType: form.contentType, body: form.body, repeating: .onlyIfNotSent,
            timeout: .seconds(60))
    }

    func request(at base: BaseURLs, token: Secret?) -> HTTPRequest {
        var items = query
        if let token { items.insert(("access_token", token.revealed), at: 0) }
        let url = self.base(of: base) + path + PercentEncoding.query(items)
        return HTTPRequest(
            method, url, contentType: contentType, body: body, timeout: timeout,
            answerBytesMax: answerBytesMax)
    }

    private func base(of urls: BaseURLs) -> String {
        switch host {
        case .api: urls.api
        case .mp: urls.mp
        case .qyapi: urls.qyapi
        }
    }

    /// Non-ASCII text stays raw: WeChat shows `\uXXXX` as it stands (`wechat-wire.md` §0).
    static func jsonText(_ value: some Encodable) throws(WeChatError) -> String {
        String(decoding: try json(value), as: UTF8.self)
    }

    private static func json(_ value: some Encodable) throws(WeChatError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw .unencodable
        }
    }
}

/// Percent encoding as RFC 3986 §2.3 has it: all but the unreserved characters.
enum PercentEncoding {
    private static let hex = Array("0123456789ABCDEF".utf8)

    static func component(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func query(_ items: [(name: String, value: String)]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + items.map { "\($0.name)=\(component($0.value))" }.joined(separator: "&")
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
