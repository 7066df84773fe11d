import HTTP
import Testing

@Suite(.timeLimit(.minutes(2))) struct MessageTests {
    @Test func `fields keep their order and compare without case`() {
        var fields: Fields = ["Vary": "a", "X-One": "1"]
        fields.append("vary", "b")
        #expect(fields["VARY"] == "a")
        #expect(fields.values("Vary") == ["a", "b"])
        fields["vary"] = "c"
        #expect(fields.map(\.name) == ["X-One", "vary"])
        fields["x-one"] = nil
        #expect(fields.count == 1)
        #expect(fields["x-one"] == nil)
    }

    @Test func `a path is decoded exactly once`() {
        #expect(Request(.get, "/%E7%A0%81%20x%2525?q=1").path == "/码 x%25")
        #expect(Request(.get, "http://example.org?x=1").path == "/")
        #expect(Request(.get, "http://example.org:80/a").authority == "example.org:80")
        #expect(Request(.get, "/a?b?c").target == "/a?b?c")
    }

    @Test func `a query is decoded and plus is a space`() {
        let request = Request(.get, "/?a=1&b=x+y%2B&a=2&c&d=%E7%A0%81&e=a=b")
        #expect(request.query("a") == "1")
        #expect(request.query("b") == "x y+")
        #expect(request.query("c") == "")
        #expect(request.query("d") == "码")
        #expect(request.query("e") == "a=b")
        #expect(request.query("f") == nil)
        #expect(request.queryItems.filter { $0.name == "a" }.map(\.value) == ["1", "2"])
    }

    @Test(arguments: [
        ("", nil), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-Hans-CN", "zh"), ("fr", nil),
        ("fr, EN;q=0.3, zh;q=0.7", "zh"), ("zh;q=0.5,en;q=0.5", "zh"), ("en;q=0, zh;q=0.1", "zh"),
        ("zho", nil), ("en;q=x", "en"), (String(repeating: ",", count: 9000) + "en", nil),
    ])
    func `the language with the highest weight is preferred`(header: String, language: String?) {
        let request = Request(fields: ["Accept-Language": header])
        #expect(request.preferredLanguage(of: ["zh", "en"]) == language)
    }

    @Test func `cookies are found by name`() {
        let request = Request(fields: ["Cookie": "a=1; session=\"x=y\" ; b=", "cookie": "late=2"])
        #expect(request.cookie("a") == "1")
        #expect(request.cookie("session") == "x=y")
        #expect(request.cookie("b") == "")
        #expect(request.cookie("late") == "2")
        #expect(request.cookie("sess") == nil)
    }

    @Test func `a cookie says how it may be used`() {
        var response = Response.empty(.noContent)
        response.setCookie(Cookie("id", "a b;c", maxAge: 60, secure: true, sameSite: .strict))
        response.setCookie(.deletion(of: "old"))
        #expect(
            response.fields.values("Set-Cookie") == [
                "id=a%20b%3Bc; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Strict",
                "old=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
            ])
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
    ])
    func `the three forms of a date are read`(_ text: String, _ seconds: Int) {
        #expect(HTTPDate.parse(text) == seconds)
        #expect(HTTPDate.parse(HTTPDate.string(unixSeconds: seconds)) == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 EST",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
    ])
    func `what is no date is none`(_ text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test func `dates are written as the standard wants them`() {
        #expect(HTTPDate.string(unixSeconds: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.string(unixSeconds: 4_102_444_800) == "Fri, 01 Jan 2100 00:00:00 GMT")
    }

    @Test func `percent coding is its own inverse`() {
        let text = "a b+c/码头?&=%\u{0}"
        let encoded = PercentCoding.encodeQueryComponent(text)
        #expect(encoded == "a%20b%2Bc%2F%E7%A0%81%E5%A4%B4%3F%26%3D%25%00")
        #expect(PercentCoding.decode(encoded) == text)
        #expect(PercentCoding.decode("%4") == nil)
        #expect(PercentCoding.decode("%zz") == nil)
        #expect(PercentCoding.decode("%ff") == nil)
        #expect(PercentCoding.decode("a+b", plusIsSpace: true) == "a b")
    }

    @Test func `a body stream and a streamed response can be read in a test`() async throws {
        var bytes: [UInt8] = []
        for try await chunk in BodyStream([[1, 2], [3]]) { bytes += chunk }
        #expect(bytes == [1, 2, 3])
        let response = Response(body: .stream(length: nil) { try await $0.write("hello") })
        #expect(try await response.bodyBytes() == Array("hello".utf8))
    }
}
