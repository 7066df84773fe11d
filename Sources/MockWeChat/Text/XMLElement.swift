import Foundation
import XML

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
    /// Absent for anything else: not UTF-8, malformed, larger than `bytesMax`, deeper than
    /// `depthMax`, or with a document type declaration.
    init?(document bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax, String(validating: bytes, as: UTF8.self) != nil,
            let root = try? Self.root(of: bytes), root.name == "xml"
        else { return nil }
        self = root
    }

    private init(name: String) {
        self.name = name
    }

    /// Absent for a document that is too deep.
    private static func root(of bytes: [UInt8]) throws(XMLReader.Malformed) -> XMLElement? {
        var reader = XMLReader(bytes, from: 0)
        var root: XMLElement?
        var open: [XMLElement] = []
        while let event = try reader.next() {
            switch event {
            case .start(let name):
                guard open.count < depthMax else { return nil }
                open.append(XMLElement(name: reader.name(name)))
            case .text(let text):
                open[open.endIndex - 1].text += text
            case .end:
                let closed = open.removeLast()
                if open.isEmpty {
                    root = closed
                } else {
                    open[open.endIndex - 1].children.append(closed)
                }
            }
        }
        return root
    }
}
