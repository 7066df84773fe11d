/// An `<xml>` document as WeChat writes it: flat or nearly so, texts in CDATA, numbers bare.
struct XMLText: Sendable {
    private(set) var content = ""

    /// A text element; `]]>` inside of it cannot close the CDATA section, and characters that XML
    /// cannot carry are left out (XML 1.0 §2.2).
    mutating func text(_ name: String, _ value: String) {
        content += "<\(name)><![CDATA["
        content += value.utf8.allSatisfy(Self.isPlain) ? value : Self.carried(value)
        content += "]]></\(name)>"
    }

    mutating func number(_ name: String, _ value: some BinaryInteger) {
        content += "<\(name)>\(value)</\(name)>"
    }

    /// Most values are ids: nothing in them needs care.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "]")
    }

    private static func carried(_ value: String) -> String {
        var carried = String.UnicodeScalarView()
        carried.append(contentsOf: value.unicodeScalars.filter(isCarried))
        return String(carried).replacing("]]>", with: "]]]]><![CDATA[>")
    }

    private static func isCarried(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// The whole document on one line, with neither declaration nor spaces.
    var document: String {
        "<xml>\(content)</xml>"
    }
}
