import XML

/// The elements of a callback's XML body, read under guard: UTF-8 of bounded length, depth and
/// number, whose first markup is the root element. There is no document type, the only place where
/// entities can be declared (XML 1.0 §2.8).
public struct CallbackDocument: Sendable, Equatable {
    public static let bytesMax = 64 << 10
    static let depthMax = 8
    static let elementsMax = 512
    private static let usualElements = 8

    /// Elements without elements inside, in their order, by their names below the root joined by
    /// slashes.
    let leaves: [(path: String, text: String)]

    /// - Parameter bytes: a whole body, at most `bytesMax`.
    /// - Throws: `CallbackDocumentError` for what is no document, or beyond a bound.
    public init(_ bytes: [UInt8]) throws(CallbackDocumentError) {
        leaves = try Self.leaves(of: bytes, from: try Self.root(of: bytes))
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
    /// Where the root element begins.
    private static func root(of bytes: [UInt8]) throws(CallbackDocumentError) -> Int {
        guard bytes.count <= bytesMax else { throw .tooLong }
        // UTF-16 without a mark may be UTF-8 to a decoder, with zeros.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
            throw .notUTF8
        }
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        if rest.starts(with: "<?xml ".utf8) { rest = try afterDeclaration(rest) }
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard rest.starts(with: "<xml".utf8) else { throw .unexpectedProlog }
        return rest.startIndex
    }

    /// What says that it is in another encoding than UTF-8 is not read as UTF-8.
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

extension CallbackDocument {
    private static func leaves(
        of bytes: [UInt8], from start: Int
    ) throws(CallbackDocumentError) -> [(path: String, text: String)] {
        var leaves: [(path: String, text: String)] = []
        leaves.reserveCapacity(usualElements)
        var reader = XMLReader(bytes, from: start)
        var names: [String] = []
        var text = ""
        var isLeaf = false
        while let event = try next(of: &reader) {
            switch event {
            case .start(let name):
                let name = reader.name(name)
                if names.isEmpty, name != "xml" { throw .malformed }
                if names.count == depthMax { throw .tooDeep }
                if leaves.count == elementsMax { throw .tooManyElements }
                names.append(name)
                text = ""
                isLeaf = true
            case .text(let more):
                if text.isEmpty { text = more } else { text += more }
            case .end:
                if isLeaf, names.count > 1 {
                    let path =
                        names.count == 2 ? names[1] : names.dropFirst().joined(separator: "/")
                    leaves.append((path, text))
                }
                isLeaf = false
                names.removeLast()
            }
        }
        return leaves
    }

    private static func next(
        of reader: inout XMLReader
    ) throws(CallbackDocumentError) -> XMLReader.Event? {
        do {
            return try reader.next()
        } catch {
            throw .malformed
        }
    }
}
