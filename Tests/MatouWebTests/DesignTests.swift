import Foundation
import HTTP
import Imaging
import Matou
import QR
import TestWorld
import Testing

@testable import MatouWeb

/// A code's looks: tried on its page or over the API, kept only when the picture is read back.
struct DesignTests {
    private func made(_ wharf: Wharfside) async throws -> QRCode {
        try await wharf.workshop.code()
    }

    /// A PNG of one colour, as a logo.
    private func picture() throws -> [UInt8] {
        let symbol = try QRSymbol.encode("logo")
        return try QRPicture(symbol, size: .pixels(120)).png()
    }

    @Test func `looks are tried by address, kept, and then in every picture`() async throws {
        let wharf = try await Wharfside()
        let code = try await made(wharf)
        var owner = try await wharf.owner()
        let query = "foreground=%2307305f&modules=rounded&eyes=circle"
        let tried = try await owner.get("\(code.path)/design?\(query)")
        #expect(tried.status == 200 && tried.contains("/image?format=svg&"))
        #expect(tried.input("foreground") == "#07305f")
        #expect(try await !owner.get("\(code.path)/image?format=svg").contains("#07305f"))

        let saved = try await owner.post(
            "\(code.path)/design",
            ["foreground": "#07305f", "modules": "rounded", "eyes": "circle"])
        #expect(saved.status == 303)
        #expect(try await owner.get("\(code.path)/image?format=svg").contains("#07305f"))
        var stranger = wharf.stranger()
        let publicPicture = try await stranger.get("/c/\(code.slug)/image")
        #expect(publicPicture.status == 200)
    }

    @Test func `what would not be read is refused beside the field, with the nearest`() async throws
    {
        let wharf = try await Wharfside()
        let code = try await made(wharf)
        var owner = try await wharf.owner()
        let tried = try await owner.get("\(code.path)/design?foreground=%23c0e0c0")
        #expect(tried.contains("对比度太低") && tried.contains("使用这个样式"))
        let nearest = try #require(tried.value(after: #"<a class="btn btn-main" href=""#))
        let used = try await owner.get(nearest.replacing("&amp;", with: "&"))
        #expect(used.contains("已回读验证"))

        let refused = try await owner.post(
            "\(code.path)/design", ["foreground": "#c0e0c0"])
        #expect(refused.status == 422 && refused.input("foreground") == "#c0e0c0")
        let wrong = try await owner.get("\(code.path)/design?foreground=green")
        #expect(wrong.status == 422 && wrong.contains("请填六位十六进制数"))
        #expect(wrong.input("foreground") == "green")
    }

    @Test func `a logo is uploaded, stands in a code, and stays while it does`() async throws {
        let program = try await Integrator()
        let file = Data(try picture()).base64EncodedString()
        let logo = try await program.call(
            .post, "/logos", #"{"name":"码头","file":"\#(file)"}"#)
        #expect(logo.status == 201)
        let id = try #require(try logo.json()["id"].text)
        #expect(try await program.call(.get, "/logos").json()["data"].elements.count == 1)

        let code = try #require(try await program.code()["id"].text)
        let design = try await program.call(
            .patch, "/qr-codes/\(code)/design", #"{"logo":"\#(id)","level":"H"}"#)
        #expect(design.status == 200 && design.contains("reserve_percent"))
        let with = try await program.call(.get, "/qr-codes/\(code)/image?format=svg&logo=true")
        let without = try await program.call(.get, "/qr-codes/\(code)/image?format=svg&logo=false")
        #expect(with.contains("<image") && !without.contains("<image"))
        var owner = try await program.wharf.owner()
        let page = try await owner.get("/qr-codes/\(code)")
        #expect(page.contains("/qr-codes/\(code)?logo=false"))
        let bare = try await owner.get("/qr-codes/\(code)?logo=false")
        #expect(bare.contains("download=1&amp;logo=false&amp;size=430"))

        #expect(try await program.call(.delete, "/logos/\(id)").status == 409)
        try await program.call(.patch, "/qr-codes/\(code)/design", #"{"logo":null}"#)
        #expect(try await program.call(.delete, "/logos/\(id)").status == 204)
    }

    @Test func `a file that is no picture is refused at its field`() async throws {
        let program = try await Integrator()
        let text = Data("GIF89a".utf8).base64EncodedString()
        let answer = try await program.call(.post, "/logos", #"{"name":"x","file":"\#(text)"}"#)
        #expect(try answer.faults() == ["file not_one_of"])
        let empty = try await program.call(.post, "/logos", #"{"name":"","file":"%"}"#)
        #expect(try empty.faults() == ["file malformed"])
    }

    @Test func `a logo is uploaded from the page as well`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/logos")
        func part(_ name: String, _ more: String = "") -> String {
            "--frontier\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n"
        }
        let token = owner.token
        var body = Array((part("csrf_token") + token + "\r\n" + part("name") + "码头\r\n").utf8)
        body += Array(part("file", "; filename=\"logo.png\"").utf8)
        body += try picture()
        body += Array("\r\n--frontier--\r\n".utf8)
        owner.fields = [("Content-Type", "multipart/form-data; boundary=frontier")]
        let sent = try await owner.send(.post, "/logos", body: body)
        #expect(sent.status == 303)
        owner.fields = []
        #expect(try await owner.get("/logos").contains("码头"))
    }

    @Test func `another workspace's logo is not there`() async throws {
        let program = try await Integrator()
        let file = Data(try picture()).base64EncodedString()
        let logo = try await program.call(.post, "/logos", #"{"name":"a","file":"\#(file)"}"#)
        let id = try #require(try logo.json()["id"].text)
        let other = try await program.elsewhere()
        #expect(try await other.call(.get, "/logos/\(id)").status == 404)
        #expect(try await other.call(.get, "/logos/\(id)/image").status == 404)
        #expect(try await other.call(.delete, "/logos/\(id)").status == 404)
    }
}
