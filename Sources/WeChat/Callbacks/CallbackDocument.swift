import Foundation
import FoundationXML

/// The elements of a callback's XML body, read under guard.
///
/// libxml2 behind `XMLParser` takes more than WeChat sends, so the bytes are looked at before it
/// sees them: UTF-8 of bounded length whose first markup is the root element. A document type, the
/// only place where entities can be declared, may stand nowhere else than before the root (XML 1.0
/// §2.8).
public struct CallbackDocument: Sendable, Equatable {
    public static let bytesMax = 64 << 10
    static let depthMax = 8
    static let elementsMax = 512

    /// Elements without elements inside, in their order, by their names below the root joined by
    /// slashes.
    let leaves: [(path: String, text: String)]

    public init(_ bytes: [UInt8]) throws(CallbackDocumentError) {
        try Self.guardProlog(of: bytes)
        let reader = CallbackReader()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = reader
        guard parser.parse(), reader.isComplete, reader.refusal == nil else {
            throw reader.refusal ?? .malformed
        }
        leaves = reader.leaves
    }

    /// The text of the first element with this path; nil when there is none.
    public subscript(path: String) -> String? {
        leaves.first { $0.path == path }?.text
    }

    /// In safe and compatible mode, what `CallbackCrypto` opens.
    public var encrypted: String? { self["Encrypt"] }

    public static func == (one: CallbackDocument, other: CallbackDocument) -> Bool {
        one.leaves.elementsEqual(other.leaves, by: ==)
    }
}

/// Why bytes are not a callback.
public enum CallbackDocumentError: Error, Sendable, Equatable {
    /// More than `CallbackDocument.bytesMax`.
    case tooLong
    case notUTF8
    /// Anything but an XML declaration before the root element `xml`, such as a document type.
    case unexpectedProlog
    case tooDeep
    case tooManyElements
    /// Not well-formed, cut off, or not in an element `xml`.
    case malformed
    /// Without an element that every message has.
    case missing(String)
}

extension CallbackDocument {
    private static func guardProlog(of bytes: [UInt8]) throws(CallbackDocumentError) {
        guard bytes.count <= bytesMax else { throw .tooLong }
        // A zero byte is UTF-8 to a decoder, and UTF-16 to libxml2, which guesses.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            throw .notUTF8
        }
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        if rest.starts(with: "<?xml ".utf8) { rest = try afterDeclaration(rest) }
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard rest.starts(with: "<xml".utf8) else { throw .unexpectedProlog }
    }

    /// Another encoding than UTF-8 would let libxml2 read other characters than were looked at.
    private static func afterDeclaration(
        _ bytes: ArraySlice<UInt8>
    ) throws(CallbackDocumentError) -> ArraySlice<UInt8> {
        guard let end = bytes.prefix(200).firstIndex(of: UInt8(ascii: ">")) else {
            throw .unexpectedProlog
        }
        let declaration = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        guard !declaration.contains("encoding") || declaration.contains("utf-8") else {
            throw .notUTF8
        }
        return bytes[(end + 1)...]
    }
}

/// Collects the leaves; stops at the first bound that is passed.
private final class CallbackReader: NSObject, XMLParserDelegate {
    private(set) var leaves: [(path: String, text: String)] = []
    private(set) var refusal: CallbackDocumentError?
    private(set) var isComplete = false

    private var names: [String] = []
    private var text = ""
    /// The innermost open element has had no element inside.
    private var isLeaf = false

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        if names.isEmpty, name != "xml" { return stop(parser, .malformed) }
        if names.count == CallbackDocument.depthMax { return stop(parser, .tooDeep) }
        if leaves.count == CallbackDocument.elementsMax { return stop(parser, .tooManyElements) }
        names.append(name)
        text = ""
        isLeaf = true
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        text += string
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        text += String(decoding: block, as: UTF8.self)
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        if isLeaf, names.count > 1 {
            let path = names.count == 2 ? name : names.dropFirst().joined(separator: "/")
            leaves.append((path, text))
        }
        isLeaf = false
        names.removeLast()
        isComplete = names.isEmpty
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        refusal = refusal ?? .malformed
    }

    private func stop(_ parser: XMLParser, _ reason: CallbackDocumentError) {
        refusal = refusal ?? reason
        parser.abortParsing()
    }
}
