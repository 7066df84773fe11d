import HTTP
import Testing

@Suite struct FormTests {
    static func form(_ body: String, _ type: String) throws -> Form {
        try Request(.post, "/", fields: ["Content-Type": type], body: Array(body.utf8)).form()
    }

    @Test func `an urlencoded form is decoded`() throws {
        let form = try Self.form(
            "name=%E7%A0%81%E5%A4%B4&tag=a&tag=b+c&empty=&bare&odd=%zz&&=x",
            "application/x-www-form-urlencoded; charset=UTF-8")
        #expect(form.first("name") == "码头")
        #expect(form.all("tag") == ["a", "b c"])
        #expect(form.first("empty") == "")
        #expect(form.first("bare") == "")
        #expect(form.first("odd") == "%zz")
        #expect(form.first("nothing") == nil)
        #expect(form.fields.count == 7)
    }

    @Test func `a multipart form has fields and files`() throws {
        let body = """
            preamble\r
            --xx\r
            Content-Disposition: form-data; name="title"\r
            \r
            Two\r
            lines\r
            --xx \r
            content-disposition: form-data; name="file"; filename="C:\\\\dir\\\\a%22b.csv"\r
            Content-Type: text/csv\r
            \r
            1,2\r
            --x\r
            --xx\r
            Content-Disposition: form-data; name="none"; filename=""\r
            Content-Type: application/octet-stream\r
            \r
            \r
            --xx--\r
            epilogue
            """
        let form = try Self.form(body, "multipart/form-data; boundary=\"xx\"")
        #expect(form.first("title") == "Two\r\nlines")
        let file = try #require(form.file("file"))
        #expect(file.filename == "a\"b.csv")
        #expect(file.contentType == "text/csv")
        #expect(String(decoding: file.bytes, as: UTF8.self) == "1,2\r\n--x")
        #expect(form.file("none") == nil)
        #expect(form.files.count == 1)
    }

    @Test(arguments: [
        ("--xx", "multipart/form-data"), ("", "multipart/form-data; boundary=xx"),
        ("--xx\r\n", "multipart/form-data; boundary=xx"),
        ("--xx\r\n\r\nno name\r\n--xx--", "multipart/form-data; boundary=xx"),
        (
            "--xxy\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--xx--",
            "multipart/form-data; boundary=xx"
        ),
        (
            "--xx\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
            "multipart/form-data; boundary=xx"
        ),
        (
            "--xx\r\nContent-Disposition: form-data; name=a\r\n--xx--",
            "multipart/form-data; boundary=xx"
        ),
    ])
    func `a broken multipart form is an error and no crash`(_ body: String, _ type: String) {
        #expect(throws: FormError.self) { try Self.form(body, type) }
    }

    @Test func `every cut of a multipart form is read or refused`() throws {
        let body =
            "--xx\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\ncontent\r\n--xx--\r\n"
        for end in 0..<body.utf8.count {
            _ = try? Self.form(
                String(decoding: body.utf8.prefix(end), as: UTF8.self),
                "multipart/form-data; boundary=xx")
        }
    }

    /// Megabytes that begin a boundary at every second byte, or nearly end it again and again: twice
    /// as much takes about twice as long.
    @Test(arguments: [
        "\r\n", "\r", "\r\n--xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy", "\n",
        "--",
    ])
    func `a hostile multipart body costs no more than its length`(_ piece: String) throws {
        let boundary = String(repeating: "x", count: 60)
        func duration(_ megabytes: Int) throws -> Duration {
            let count = megabytes << 20 / piece.utf8.count
            let body =
                "--\(boundary)\r\nContent-Disposition: form-data; name=a\r\n\r\n"
                + String(repeating: piece, count: count) + "\r\n--\(boundary)--"
            let bytes = Array(body.utf8)
            return try ContinuousClock().measure {
                let form = try Form(
                    body: bytes, contentType: "multipart/form-data; boundary=\(boundary)")
                #expect(form.fields.count == 1)
            }
        }
        let short = try (0..<3).map { _ in try duration(1) }.min() ?? .zero
        let long = try (0..<3).map { _ in try duration(4) }.min() ?? .zero
        #expect(long < short * 12 + .milliseconds(50))
    }

    @Test func `a form of a thousand and one fields is refused`() {
        #expect(throws: FormError.tooManyParts) {
            try Self.form(
                String(repeating: "a=b&", count: 1001), "application/x-www-form-urlencoded")
        }
    }

    @Test func `a body of another type is no form`() {
        #expect(throws: FormError.unsupportedType("text/plain")) {
            try Self.form("a=b", "text/plain")
        }
    }

    @Test func `a file that is too long is cut, and the fields beside it stay`() async throws {
        let file = Array(repeating: UInt8(ascii: "x"), count: 5000) + Array("\r\n--yy\r\r\n-".utf8)
        let body =
            Array("--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xx\r\n".utf8)
            + Array(
                "Content-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n".utf8)
            + file + Array("\r\n--xx\r\n".utf8)
            + Array("Content-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--xx--\r\n".utf8)
        for (size, limit) in [(1, 1000), (7, 1000), (6000, 1000), (1, 6000), (13, 6000)] {
            let chunks = stride(from: 0, to: body.count, by: size).map {
                Array(body[$0..<min($0 + size, body.count)])
            }
            var request = Request(
                .post, "/", fields: ["Content-Type": "multipart/form-data; boundary=xx"])
            request.upload = BodyStream(chunks)
            let form = try await request.collectingUpload(
                cuttingPartsTo: limit, keeping: 10_000
            ).form()
            #expect(form.first("a") == "1" && form.first("b") == "2", "\(size) \(limit)")
            let kept = try #require(form.file("f")?.bytes)
            if limit == 6000 {
                #expect(kept == file, "\(size)")
            } else {
                #expect(kept.count > 900 && kept.count <= 1000, "\(size)")
                #expect(kept[...] == file.prefix(kept.count), "\(size)")
            }
            request.upload = BodyStream(chunks)
            await #expect(throws: ContentTooLarge.self) {
                try await request.collectingUpload(cuttingPartsTo: limit, keeping: 500)
            }
        }
    }
}
