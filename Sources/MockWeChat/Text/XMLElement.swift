import Foundation
import FoundationXML

/// An element of a small XML document that came from outside.
struct XMLElement: Sendable {
    let name: String
    var text = ""
    var children: [XMLElement] = []

    static let bytesMax = 64 << 10
    static let depthMax = 8

    /// The text of the first child of that name, without the white space around it.
    func text(of name: String) -> String? {
        child(name)?.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func child(_ name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    /// Reads a document whose root is `xml`.
    ///
    /// Absent for anything else: malformed, larger than `bytesMax`, deeper than `depthMax`, or with
    /// a document type declaration, whose entities could grow without bound.
    init?(document bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax,
            let source = String(validating: bytes, as: UTF8.self),
            !source.contains("<!DOCTYPE"), !source.contains("<!ENTITY")
        else { return nil }
        let builder = Builder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        guard parser.parse(), parser.parserError == nil, !builder.isRefused,
            let root = builder.root, root.name == "xml"
        else {
            return nil
        }
        self = root
    }

    private init(name: String) {
        self.name = name
    }

    private final class Builder: NSObject, XMLParserDelegate {
        var root: XMLElement?
        private(set) var isRefused = false
        private var open: [XMLElement] = []

        func parser(
            _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            guard root == nil, open.count < XMLElement.depthMax else {
                isRefused = true
                return parser.abortParsing()
            }
            open.append(XMLElement(name: elementName))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard let last = open.indices.last else { return }
            open[last].text += string
        }

        func parser(_ parser: XMLParser, foundCDATA CDATABlock: Data) {
            guard let last = open.indices.last else { return }
            open[last].text += String(decoding: CDATABlock, as: UTF8.self)
        }

        func parser(
            _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
            qualifiedName: String?
        ) {
            guard let closed = open.popLast() else { return }
            if let last = open.indices.last {
                open[last].children.append(closed)
            } else {
                root = closed
            }
        }
    }
}
