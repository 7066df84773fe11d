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
        #expect(tried.contains("颜色太浅") && tried.contains("使用这个样式"))
        let offer = try #require(tried.text.components(separatedBy: "最接近且能扫的样式").last)
        let nearest = try #require(
            tried.value(after: #"<a class="btn btn-quiet" href=""#, in: offer))
        let inForm = try await owner.get(nearest.replacing("&amp;", with: "&"))
        #expect(inForm.contains("已回读验证"))
        var offered: [String: String] = [:]
        for name in CodeDesign.fieldNames {
            offered[name] = tried.value(after: "type=\"hidden\" name=\"\(name)\" value=\"")
        }
        #expect(try await owner.post("\(code.path)/design", offered).status == 303)
        let foreground = try #require(offered["foreground"])
        #expect(try await owner.get("\(code.path)/image?format=svg").contains(foreground))

        let refused = try await owner.post(
            "\(code.path)/design", ["foreground": "#c0e0c0"])
        #expect(refused.status == 422 && refused.input("foreground") == "#c0e0c0")
        let wrong = try await owner.get("\(code.path)/design?foreground=green")
        #expect(wrong.status == 422 && wrong.contains("请填六位十六进制数"))
        #expect(wrong.input("foreground") == "green")
    }

    @Test func `a program is told why, in its language, and what to send instead`() async throws {
        let program = try await Integrator()
        let design = "/qr-codes/\(try await program.workshop.code().id)/design"
        let refused = try await program.call(
            .patch, design, #"{"foreground":"c0e0c0"}"#, ["Accept-Language": "zh-CN"])
        #expect(refused.status == 409 && refused.fields["Content-Language"] == "zh-CN")
        let problem = try refused.json()
        #expect(problem["type"] == "/api/docs#problem-design_unreadable")
        #expect(problem["reason"] == "contrast" && problem["values"]["ratio_min"] == 3)
        #expect(problem["detail"].text?.contains("颜色太浅") == true)
        let nearest = String(decoding: try problem["nearest"].bytes(), as: UTF8.self)
        let taken = try await program.call(.patch, design, nearest)
        #expect(try taken.status == 200 && taken.json()["reserve_percent"] == 100)

        let picture = try await program.call(
            .get, design.replacing("/design", with: "/image?foreground=white"))
        #expect(try picture.faults() == ["foreground malformed_color"])
        let light = try await program.call(
            .get, design.replacing("/design", with: "/image?foreground=ffffff&background=07305f"))
        #expect(try light.json()["reason"] == "inverted")
        #expect(try light.json()["nearest"]["foreground"] == "#07305f")
    }

    @Test func `each field of a design says what it takes`() async throws {
        let program = try await Integrator()
        let code = try await program.workshop.code().id
        let answer = try await program.call(
            .patch, "/qr-codes/\(code)/design",
            #"{"foreground":7,"modules":true,"eyes":"cat","logo_size":"9","angle":360,"level":"L"}"#
        )
        #expect(
            try answer.faults() == [
                "foreground malformed_color", "modules not_one_of", "eyes not_one_of",
                "logo_size out_of_range", "angle out_of_range", "level not_one_of",
            ])
        #expect(answer.contains("Give a number from 5 to 22"))
        let small = try await program.call(.get, "/qr-codes/\(code)/image?modules=dot&size=64")
        #expect(try small.faults() == ["size out_of_range"])
        #expect(small.contains("to 4096"))
    }

    @Test func `a logo is uploaded, stands in a code, and stays while it does`() async throws {
        let program = try await Integrator()
        let file = Data(MediaBytes.disc()).base64EncodedString()
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
        #expect(try answer.faults() == ["file unsupported_file"])
        let cut = Data(MediaBytes.disc().prefix(60)).base64EncodedString()
        let damaged = try await program.call(.post, "/logos", #"{"name":"x","file":"\#(cut)"}"#)
        #expect(try damaged.faults() == ["file broken_file"])
        var huge = MediaBytes.disc()
        // 30,000 pixels each way, with a checksum that nobody gets to.
        huge.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
        let bomb = Data(huge).base64EncodedString()
        let pixels = try await program.call(.post, "/logos", #"{"name":"x","file":"\#(bomb)"}"#)
        #expect(try ["file too_many_pixels", "file broken_file"].contains(pixels.faults().first))
        let empty = try await program.call(.post, "/logos", #"{"name":"","file":"%"}"#)
        #expect(try empty.faults() == ["file malformed"])
    }

    @Test func `a picture of a code is no logo`() async throws {
        let program = try await Integrator()
        let code = try QRPicture(QRSymbol.encode("http://example.com"), size: .pixels(300)).png()
        let answer = try await program.call(
            .post, "/logos", #"{"name":"x","file":"\#(Data(code).base64EncodedString())"}"#)
        #expect(try answer.faults() == ["file holds_code"])
    }

    @Test func `a logo may be sent as the file itself`() async throws {
        let program = try await Integrator()
        let sent = try await program.send(
            MediaBytes.disc(), type: "image/png", to: "/logos?name=%E7%A0%81%E5%A4%B4")
        #expect(sent.status == 201)
        #expect(try sent.json()["name"] == "码头" && sent.json()["width"] == 48)
        let nameless = try await program.send(MediaBytes.disc(), type: "image/png", to: "/logos")
        #expect(try nameless.faults() == ["name required"])
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
        body += MediaBytes.disc()
        body += Array("\r\n--frontier--\r\n".utf8)
        owner.fields = [("Content-Type", "multipart/form-data; boundary=frontier")]
        let sent = try await owner.send(.post, "/logos", body: body)
        #expect(sent.status == 303)
        owner.fields = []
        #expect(try await owner.get("/logos").contains("码头"))
    }

    @Test func `looks are among a code's versions, and undone like any change`() async throws {
        let program = try await Integrator()
        let code = try await program.workshop.code().id
        let (path, design) = ("/qr-codes/\(code)", "/qr-codes/\(code)/design")
        try await program.call(.patch, design, #"{"foreground":"07305f","eyes":"circle"}"#)
        try await program.call(.patch, design, #"{"foreground":"07305f"}"#)
        try await program.call(.patch, design, #"{"foreground":"a0003c"}"#)
        let versions = try await program.call(.get, path + "/revisions").json()["data"].elements
        try #require(
            versions.map { $0["version"] } == [3, 2, 1], "the second said nothing new")
        #expect(versions[0]["after"]["design"]["foreground"] == "#a0003c")
        var owner = try await program.wharf.owner()
        let page = try await owner.get(path + "/revisions")
        #expect(page.contains("样式") && page.contains("码点颜色: #a0003c"))

        try await program.call(.post, path + "/restorations", #"{"version":2}"#)
        let back = try await program.call(.get, design).json()
        #expect(back["foreground"] == "#07305f" && back["eyes"] == "circle")
        try await program.call(.post, path + "/restorations", #"{"version":1}"#)
        let plain = try await program.call(.get, design).json()
        #expect(plain["foreground"] == "#000000" && plain["eyes"] == "square")
    }

    @Test func `a copy of a code has its looks`() async throws {
        let wharf = try await Wharfside()
        let code = try await made(wharf)
        var owner = try await wharf.owner()
        try await owner.get("\(code.path)/design")
        let looks = ["foreground": "#07305f", "modules": "dot"]
        #expect(try await owner.post("\(code.path)/design", looks).status == 303)
        let form = try await owner.get("/qr-codes/new?copy=\(code.id)")
        #expect(form.input("copy") == code.id.text)
        let fields = [
            "copy": code.id.text, "account": wharf.workshop.account.id.text, "type": "permanent",
        ]
        let nameless = try await owner.post("/qr-codes", fields)
        #expect(nameless.status == 422 && nameless.input("copy") == code.id.text)
        let copied = try await owner.post("/qr-codes", fields.merging(["name": "副本"]) { $1 })
        let path = try #require(copied.location)
        #expect(path != code.path)
        #expect(try await owner.get("\(path)/image?format=svg").contains("#07305f"))
    }

    @Test func `an account's new codes have its logo until it is taken off`() async throws {
        let program = try await Integrator()
        let file = Data(MediaBytes.disc()).base64EncodedString()
        let logo = try await program.call(.post, "/logos", #"{"name":"a","file":"\#(file)"}"#)
        let id = try #require(try logo.json()["id"].text)
        let account = "/accounts/\(program.workshop.account.id)/logo"
        let before = try #require(try await program.code()["id"].text)
        let chosen = try await program.call(.patch, account, #"{"logo":"\#(id)"}"#)
        #expect(try chosen.status == 200 && chosen.json()["logo"] == .string(id))
        let after = try #require(try await program.code(named: "外滩门店")["id"].text)
        func chosenLogo(of code: String) async throws -> JSON {
            try await program.call(.get, "/qr-codes/\(code)/design").json()["logo"]
        }
        #expect(try await chosenLogo(of: before) == .null)
        #expect(try await chosenLogo(of: after) == .string(id))
        #expect(try await program.call(.delete, "/logos/\(id)").status == 409)

        var owner = try await program.wharf.owner()
        #expect(try await owner.get("/logos").contains("的新码"))
        let none = ["account": program.workshop.account.id.text, "logo": ""]
        #expect(try await owner.post("/logos/of-new-codes", none).status == 303)
        #expect(try await program.call(.get, account).json()["logo"] == .null)
        try await program.call(.patch, "/qr-codes/\(after)/design", #"{"logo":null}"#)
        #expect(try await program.call(.delete, "/logos/\(id)").status == 204)

        try await program.call(.post, "/qr-codes/\(after)/restorations", #"{"version":1}"#)
        #expect(try await chosenLogo(of: after) == .null, "a logo that has gone is left out")
        let unknown = try await program.call(.patch, account, #"{"logo":"lg_1"}"#)
        #expect(try unknown.faults() == ["logo unknown"])
        #expect(
            try await program.with(.viewer).call(.patch, account, #"{"logo":null}"#).status == 403)
    }

    @Test func `another workspace's logo is not there`() async throws {
        let program = try await Integrator()
        let file = Data(MediaBytes.disc()).base64EncodedString()
        let logo = try await program.call(.post, "/logos", #"{"name":"a","file":"\#(file)"}"#)
        let id = try #require(try logo.json()["id"].text)
        let other = try await program.elsewhere()
        #expect(try await other.call(.get, "/logos/\(id)").status == 404)
        #expect(try await other.call(.get, "/logos/\(id)/image").status == 404)
        #expect(try await other.call(.delete, "/logos/\(id)").status == 404)
    }
}
