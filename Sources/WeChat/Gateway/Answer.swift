import Foundation
import HTTPClient

/// What WeChat answered: JSON without an error, or the bytes of a file.
///
/// The same endpoint can give either, so both the Content-Type and the first byte are looked at
/// (`wechat-wire.md` §0): no picture, sound or film begins with a brace.
struct Answer: Sendable {
    let status: Int
    let contentType: String
    let body: [UInt8]

    /// - Throws: `.refused` when the body is JSON with an `errcode` other than 0; a missing one is
    ///   success.
    init(_ response: HTTPResponse, hiding token: Secret?) throws(WeChatError) {
        status = response.status
        contentType = response.contentType
        body = response.body
        if isJSON, body != Self.plainSuccess {
            guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(body)) else {
                throw .invalidAnswer(InvalidAnswer(status: status, .unexpectedShape))
            }
            if let code = envelope.errcode, code != 0 {
                throw .refused(ErrorCode(code), words: envelope.words(hiding: token))
            }
        }
        guard (200..<300).contains(status) else {
            throw .invalidAnswer(InvalidAnswer(status: status, .unexpectedStatus))
        }
    }

    /// What WeChat says to most messages, known at sight.
    private static let plainSuccess = Array(#"{"errcode":0,"errmsg":"ok"}"#.utf8)

    var isJSON: Bool { body.first { !$0.isJSONSpace } == UInt8(ascii: "{") }

    func decoded<Value: Decodable>(_: Value.Type = Value.self) throws(WeChatError) -> Value {
        guard isJSON else { throw .invalidAnswer(InvalidAnswer(status: status, .notJSON)) }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(body))
        } catch {
            throw .invalidAnswer(InvalidAnswer(status: status, .unexpectedShape))
        }
    }

    /// The bytes of a file. JSON in its place is an answer we did not ask for.
    func file() throws(WeChatError) -> File {
        guard !isJSON, !contentType.lowercased().contains("json"), !body.isEmpty else {
            throw .invalidAnswer(InvalidAnswer(status: status, .notAFile))
        }
        return File(name: "", contentType: contentType, bytes: body)
    }
}

/// A file on its way to or from WeChat.
public struct File: Sendable, Equatable {
    public var name: String
    public var contentType: String
    public var bytes: [UInt8]

    public init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }
}

private struct Envelope: Decodable {
    static let wordsMax = 300

    var errcode: Int?
    var errmsg: String?

    func words(hiding token: Secret?) -> String {
        var words = errmsg ?? ""
        if let token, !token.revealed.isEmpty {
            words = words.replacingOccurrences(of: token.revealed, with: Secret.mask)
        }
        return String(words.prefix(Self.wordsMax))
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
