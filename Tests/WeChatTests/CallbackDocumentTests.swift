import TestSupport
import Testing
import WeChat

struct CallbackDocumentTests {
    @Test(arguments: [
        "<xml><A>1</A></xml>", "\u{FEFF}<xml><A>1</A></xml>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><A>1</A></xml>",
        "<?xml version='1.0'?> <xml>\n  <A>1</A>\n</xml>\n", "<xml><A>&#49;</A></xml>",
        "<xml><A><![CDATA[1]]></A></xml>", "<xml><A>1<!-- no --></A></xml>",
        "<xml><?pi?><A b=\"&lt;\" c='d' >1</A ><B/><?pi of some kind?></xml><!-- no -->",
        "<xml>\r\n<A>&#x31;</A>\r\n</xml>",
    ])
    func `ordinary spellings are read`(_ text: String) throws {
        #expect(try document(text)["A"] == "1")
    }

    @Test(arguments: [
        ("a<b>&amp;", "a<b>&amp;"), ("]]]]><![CDATA[>", "]]>"),
        ("<!DOCTYPE html>", "<!DOCTYPE html>"),
        ("<!ENTITY x \"y\">", "<!ENTITY x \"y\">"), ("&bomb;", "&bomb;"), ("码头 😀", "码头 😀"),
        ("", ""),
    ])
    func `what a person typed is only text`(_ cdata: String, _ text: String) throws {
        #expect(try document("<xml><A><![CDATA[\(cdata)]]></A></xml>")["A"] == text)
    }

    @Test(arguments: [
        "<!DOCTYPE xml [<!ENTITY a \"aaaaaaaaaa\">]><xml><A>&a;</A></xml>",
        "<?xml version=\"1.0\"?><!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml><A>&a;</A></xml>",
        " \n<!doctype xml><xml/>",
        "<!-- --><!DOCTYPE xml [<!ENTITY a \"a\">]><xml><A>&a;</A></xml>",
        "<?pi?><!DOCTYPE xml><xml/>", "<other/>", "hello", "", " ",
    ])
    func `nothing but the root may come first, so no entity can be declared`(_ text: String) {
        #expect(throws: CallbackDocumentError.unexpectedProlog) { try document(text) }
    }

    @Test func `an entity bomb of a hundred kilobytes is refused unread`() {
        let entity = "<!ENTITY a \"\(String(repeating: "a", count: 50_000))\">"
        let bomb = "<!DOCTYPE xml [\(entity)]><xml>\(String(repeating: "&a;", count: 20_000))</xml>"
        #expect(throws: CallbackDocumentError.tooLong) { try document(bomb) }
    }

    @Test(arguments: [
        "<xml><A>1</A>", "<xml><A>1</xml>", "<xml><A>1</A></xml><xml/>", "<xml",
        "<xmlx><A/></xmlx>",
        "<xml><A>1&bomb;2</A></xml>", "<xml><A>&</A></xml>", "<xml><A b=c/></xml>",
        "<xml><!DOCTYPE xml><A>1</A></xml>", "<xml><A>\u{1}</A></xml>",
        "<xml><A><![CDATA[1</A></xml>", "<xml><A>]]></A></xml>", "<xml><A b=\"<\"/></xml>",
        "<xml><A b=\"1\"c=\"2\"/></xml>", "<xml><!-- -- --></xml>", "<xml><A>&#0;</A></xml>",
        "<xml><A>&#xD800;</A></xml>", "<xml><A>&#+49;</A></xml>", "<xml><1/></xml>",
        "<xml></xml>1", "<xml/><![CDATA[1]]>", "<xml><A>\u{FFFF}</A></xml>",
        "<xml><?pi</xml>",
    ])
    func `what is not well-formed or cut off is refused`(_ text: String) {
        #expect(throws: CallbackDocumentError.malformed) { try document(text) }
    }

    @Test func `each line of a text ends with one line feed`() throws {
        #expect(try document("<xml><A>1\r\n2\r3\n4</A></xml>")["A"] == "1\n2\n3\n4")
        #expect(try document("<xml><A><![CDATA[1\r\n2]]>&#13;</A></xml>")["A"] == "1\n2\r")
    }

    @Test func `long text is read whole`() throws {
        let text = String(repeating: "码头😀a", count: 4000)
        #expect(try document("<xml><A><![CDATA[\(text)]]></A></xml>")["A"] == text)
        #expect(try document("<xml><A>\(text)&amp;</A></xml>")["A"] == text + "&")
    }

    @Test func `only UTF-8 is read`() {
        let gbk = Array("<?xml version=\"1.0\" encoding=\"GBK\"?><xml/>".utf8)
        let utf16 = Array("<xml/>".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let broken = Array("<xml>".utf8) + [0xC3, 0x28] + Array("</xml>".utf8)
        for bytes in [gbk, utf16, [0xFF, 0xFE] + utf16, broken] {
            #expect(throws: CallbackDocumentError.notUTF8) { try CallbackDocument(bytes) }
        }
    }

    @Test func `depth, number and length have bounds`() throws {
        func nested(_ depth: Int) -> String {
            "<xml>" + String(repeating: "<a>", count: depth - 1)
                + String(repeating: "</a>", count: depth - 1) + "</xml>"
        }
        _ = try document(nested(8))
        #expect(throws: CallbackDocumentError.tooDeep) { try document(nested(9)) }
        #expect(throws: CallbackDocumentError.tooDeep) { try document(nested(9000)) }
        #expect(throws: CallbackDocumentError.tooManyElements) {
            try document("<xml>\(String(repeating: "<a/>", count: 600))</xml>")
        }
        func long(_ length: Int) -> String {
            "<xml><A>" + String(repeating: "a", count: length - 18) + "</A></xml>"
        }
        _ = try document(long(CallbackDocument.bytesMax))
        #expect(throws: CallbackDocumentError.tooLong) {
            try document(long(CallbackDocument.bytesMax + 1))
        }
    }

    @Test(arguments: 0..<1000)
    func `no bytes make the reader trap`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = event(
            "SCAN", key: "store-042", more: "<A b=\"c\"><p:q xmlns:p=\"u\">&lt;</p:q></A>")
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch UInt8.random(in: 0...2, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default:
                bytes.insert(Array("<>&!?[]-:;\"".utf8).randomElement(using: &random)!, at: index)
            }
        }
        _ = try? CallbackMessage(bytes)
    }

    private func document(_ text: String) throws -> CallbackDocument {
        try CallbackDocument(Array(text.utf8))
    }
}
