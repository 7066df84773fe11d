import TestSupport
import Testing

@testable import MockWeChat

@Suite struct WireTextTests {
    @Test(arguments: [
        "null", "true", "[]", "{}", "[1,-2,3.5]", #"{"a":[{"b":"c"}]}"#, #""中文 \" \\ \n""#,
        "4294967295", "-9223372036854775808",
    ])
    func `JSON is written as it was read`(text: String) throws {
        #expect(try JSON(parsing: Array(text.utf8)).description == text)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":}", "{\"a\" 1}", "01", "1.", "-", "tru", "\"a",
        "\"\\x\"",
        "\"\\ud800\"", "\"\u{1}\"", "{} {}", "nul", "[1 2]", "1e", "{a:1}", "'a'",
        String(repeating: "[", count: 100),
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: JSON.SyntaxError.self) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test func `escapes and surrogate pairs are read`() throws {
        let text = #""\u4e2d\ud83d\ude00\/\t""#
        #expect(try JSON(parsing: Array(text.utf8)) == "中😀/\t")
    }

    @Test func `no bytes make the JSON reader trap`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<3000 {
            var bytes = Array(#"{"a":[1,2.5e3,"x\u4e2d\n",null,true],"b":{"c":-0.1}}"#.utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &generator)] = generator.next()
            }
            bytes.removeLast(Int.random(in: 0..<8, using: &generator))
            _ = try? JSON(parsing: bytes)
        }
    }

    @Test(arguments: [
        "<xml><a>1</a></xml>", "<?xml version=\"1.0\"?><xml><a><![CDATA[1]]></a></xml>",
        "<xml>\n <a> 1 </a>\n</xml>",
        // The toolchain's parser ends the process on these.
        "<?pi?><xml><?pi?><a>1</a></xml>",
    ])
    func `a small document is read`(document: String) throws {
        let element = try #require(XMLElement(document: Array(document.utf8)))
        #expect(element.text(of: "a") == "1")
    }

    @Test(arguments: [
        "", "x", "<xml>", "<a></a>", "<xml></xml><xml></xml>",
        "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>", "<xml>&undefined;</xml>",
        String(repeating: "<xml>", count: 9) + String(repeating: "</xml>", count: 9),
    ])
    func `a document that is broken, deep, long or declares entities is refused`(document: String) {
        #expect(XMLElement(document: Array(document.utf8)) == nil)
    }

    @Test func `a document of more than sixty-four kilobytes is refused`() {
        let long = "<xml>\(String(repeating: "x", count: 64 << 10))</xml>"
        #expect(XMLElement(document: Array(long.utf8)) == nil)
    }

    @Test func `text cannot leave its CDATA section`() throws {
        var xml = XMLText()
        xml.text("Content", "a]]><b>\u{0}c")
        let read = try #require(XMLElement(document: Array(xml.document.utf8)))
        #expect(read.text(of: "Content") == "a]]><b>c")
    }

    @Test func `links in a text are found and dangerous ones are not`() {
        #expect(
            RichText("看 <a href=\"https://e.com/?a=1&b=2\">这里</a>。").runs == [
                .init(text: "看 "), .init(text: "这里", href: "https://e.com/?a=1&b=2"),
                .init(text: "。"),
            ])
        #expect(
            RichText("http://e.com/a，好").runs == [
                .init(text: "http://e.com/a", href: "http://e.com/a"), .init(text: "，好"),
            ])
        #expect(RichText("<a href='javascript:x'>y</a>").runs == [.init(text: "y")])
        #expect(
            RichText("<a data-miniprogram-appid=\"wx1\" data-miniprogram-path=\"p?q=1\">z</a>").runs
                == [.init(text: "z", miniProgram: "wx1 p?q=1")])
        #expect(RichText("<a href=\"x\">open").runs.map(\.text).joined() == "<a href=\"x\">open")
    }

    @Test func `a sender reads answers of fixed, chunked and open length`() throws {
        let fixed = Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".utf8)
        #expect(try CallbackAnswer.parse(fixed, isComplete: false)?.body == Array("ok".utf8))
        for length in 0..<fixed.count {
            #expect(try CallbackAnswer.parse(Array(fixed.prefix(length)), isComplete: false) == nil)
        }
        let chunked = Array(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                .utf8)
        let answer = try CallbackAnswer.parse(chunked, isComplete: false)
        #expect(answer?.body == Array("abcde".utf8))
        #expect(answer?.isReusable == true)
        let open = Array("HTTP/1.0 200 OK\r\n\r\nbye".utf8)
        #expect(try CallbackAnswer.parse(open, isComplete: false) == nil)
        #expect(try CallbackAnswer.parse(open, isComplete: true)?.body == Array("bye".utf8))
        let early = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) + fixed
        #expect(try CallbackAnswer.parse(early, isComplete: false)?.status == 200)
        for wrong in ["hello\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"] {
            #expect(throws: CallbackFailure.self) {
                try CallbackAnswer.parse(Array(wrong.utf8), isComplete: false)
            }
        }
    }
}
