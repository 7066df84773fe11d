import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct MaterialPagesTests {
    /// A form with files, as a browser sends it.
    private func post(
        _ path: String, _ fields: [(String, String)], file: (name: String, bytes: [UInt8])? = nil,
        field: String = "file", by visitor: inout Visitor
    ) async throws -> Answer {
        var body: [UInt8] = []
        for (name, value) in fields + [("csrf_token", visitor.token)] {
            body += Array(
                "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        if let file {
            let head =
                "--x\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(file.name)\"\r\n"
            body += Array((head + "Content-Type: text/html\r\n\r\n").utf8) + file.bytes
            body += Array("\r\n".utf8)
        }
        body += Array("--x--\r\n".utf8)
        visitor.fields = [("Content-Type", "multipart/form-data; boundary=x")]
        defer { visitor.fields = [] }
        return try await visitor.send(.post, path, body: body)
    }

    @Test func `a file is uploaded, shown with safe headers, renamed and deleted`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/materials")
        let made = try await post(
            "/materials", [], file: ("evil.html.png", MediaBytes.gif()), by: &owner)
        let path = try #require(made.location)
        let page = try await owner.get(path)
        #expect(page.contains("evil.html") && page.contains("GIF"))
        let file = try await owner.get(path + "/file")
        #expect(file.fields["Content-Type"] == "image/gif")
        #expect(file.fields["X-Content-Type-Options"] == "nosniff")
        #expect(file.fields["Content-Security-Policy"] == "default-src 'none'; sandbox")
        try await owner.get(path)
        #expect(try await owner.post(path, ["name": "秋季海报"]).status == 303)
        #expect(try await owner.get("/materials?q=%E7%A7%8B%E5%AD%A3").contains("秋季海报"))
        #expect(try await owner.post(path + "/delete").location == "/materials")
        #expect(try await owner.get(path).status == 404)
        #expect(try await owner.get(path + "/file").status == 404)
    }

    @Test func `a file that cannot be sent is refused beside the button`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/materials")
        let page = try await post(
            "/materials", [], file: ("海报.png", Array("<html>".utf8)), by: &owner)
        #expect(page.status == 422 && page.contains("文件内容不是"))
        let none = try await post("/materials", [], by: &owner)
        #expect(none.status == 422 && none.contains("请填写。"))
    }

    @Test func `a material that a code sends says which, and stays`() async throws {
        let wharf = try await Wharfside()
        let material = try await wharf.workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: wharf.workshop.owner
        ).material
        _ = try await wharf.workshop.code(named: "静安门店", reply: [.image(material.id)])
        var owner = try await wharf.owner()
        try await owner.get(material.path)
        let refused = try await owner.post(material.path + "/delete")
        #expect(refused.status == 422 && refused.contains("静安门店"))
        #expect(try await owner.get(material.path).status == 200)
    }

    @Test func `covers are public by an address that nobody guesses, and nothing else is`()
        async throws
    {
        let wharf = try await Wharfside()
        let materials = wharf.workshop.installation.materials
        let picture = try await materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "封面", by: wharf.workshop.owner
        ).material
        let sound = try await materials.upload(
            OneChunk(bytes: MediaBytes.mp3()), named: "声音", by: wharf.workshop.owner
        ).material
        var stranger = wharf.stranger()
        #expect(try await stranger.get("/m/\(picture.slug)").status == 200)
        #expect(try await stranger.get("/m/\(sound.slug)").status == 404)
        #expect(try await stranger.get(picture.path + "/file").status == 303)
    }

    @Test func `without JavaScript the form's buttons move, upload and keep everything`()
        async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes/new")
        let account = wharf.workshop.account.id.text
        func fields(_ button: String?) -> [(String, String)] {
            var fields = [
                ("account", account), ("name", "门店"), ("type", "permanent"), ("reply", "some"),
            ]
            for (key, format, text, title) in [
                ("1", "text", "第一条", ""), ("2", "image", "", ""), ("3", "menu", "", "标题还在"),
            ] {
                fields += [
                    ("reply_key", key), ("reply_format", format), ("reply_text", text),
                    ("reply_title", title), ("reply_head", "问题"), ("reply_material_id", ""),
                ]
                for row in 1...5 {
                    fields += [
                        ("reply_choice", row == 1 ? "选一" : ""),
                        ("reply_answer", row == 1 ? "答一" : ""),
                    ]
                }
            }
            if let button { fields.append(("do", button)) }
            return fields
        }
        let moved = try await post("/qr-codes", fields("up-3"), by: &owner)
        #expect(moved.status == 200)
        let keys = moved.text.components(separatedBy: #"name="reply_key" value=""#).dropFirst()
        #expect(keys.compactMap(\.first) == ["1", "3", "2"])
        #expect(moved.contains("第一条") && moved.contains("标题还在") && moved.contains("选一"))

        let uploaded = try await post(
            "/qr-codes", fields("upload-2"), file: ("海报.png", MediaBytes.png()),
            field: "reply_file_2", by: &owner)
        #expect(uploaded.status == 200 && uploaded.contains("海报 · 8 × 6"))
        #expect(uploaded.contains("第一条"))
        let wrong = try await post(
            "/qr-codes", fields(nil), file: ("海报.png", Array("no".utf8)), field: "reply_file_2",
            by: &owner)
        #expect(wrong.status == 422 && wrong.contains("文件内容不是") && wrong.contains("第一条"))
        let other = try await post(
            "/qr-codes", fields(nil), file: ("动图.mp4", MediaBytes.mp4()), field: "reply_file_2",
            by: &owner)
        #expect(other.status == 422 && other.contains("这种回复格式不能发送它"))
        let codes = try await wharf.workshop.installation.qrCodes.page(
            .init(), for: wharf.workshop.owner)
        #expect(codes.total == 0)

        let made = try await post(
            "/qr-codes", fields(nil), file: ("海报.png", MediaBytes.png()), field: "reply_file_2",
            by: &owner)
        #expect(made.status == 303)
        let code = try await wharf.workshop.installation.qrCodes.page(
            .init(), for: wharf.workshop.owner
        ).codes.elements.first
        #expect(code?.reply.items.map(\.format) == [.text, .image, .menu])
        let page = try await owner.get(try #require(made.location))
        #expect(page.contains("第一条") && page.contains("选一") && page.contains("/file"))
    }

    @Test func `the chat beside the form shows every format as it would look`() async throws {
        let wharf = try await Wharfside()
        let material = try await wharf.workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: wharf.workshop.owner
        ).material
        var owner = try await wharf.owner()
        try await owner.get("/qr-codes/new")
        for (format, expected) in [
            ("text", "class=\"bubble\""), ("image", "bubble-picture"), ("link", "bubble-card"),
            ("mini_program", "bubble-mini"), ("menu", "选一"), ("voice", "[语音]"),
        ] {
            let chat = try await post(
                "/qr-codes/preview",
                [
                    ("account", wharf.workshop.account.id.text), ("reply", "some"),
                    ("reply_format", format), ("reply_text", "<b>你好</b>"),
                    ("reply_title", "<i>标题</i>"), ("reply_head", "问"), ("reply_choice", "选一"),
                    ("reply_answer", "答"),
                    ("reply_material_id", format == "voice" ? "" : material.id.text),
                ], by: &owner)
            #expect(chat.status == 200 && chat.contains(expected), "\(format)")
            #expect(!chat.contains("<b>你好") && !chat.contains("<i>标题"))
        }
        let video = try await wharf.workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.mp4()), named: "店面", by: wharf.workshop.owner
        ).material
        var draft = Matou.Form.Draft()
        draft.title = "会员登记"
        draft.description = "填写后领券"
        draft.fields = [
            Matou.Form.Field(id: "mobile", kind: .mobile, label: "手机号", role: .key)
        ]
        let registration = try await wharf.workshop.installation.forms.create(
            draft, by: wharf.workshop.owner)
        for (format, expected) in [("video", "三分钟看完"), ("form", "填写后领券")] {
            let chat = try await post(
                "/qr-codes/preview",
                [
                    ("account", wharf.workshop.account.id.text), ("reply", "some"),
                    ("reply_format", format), ("reply_title", "探店"),
                    ("reply_description", "三分钟看完"), ("reply_form_id", registration.id.text),
                    ("reply_material_id", video.id.text),
                ], by: &owner)
            #expect(chat.contains(expected), "\(format)")
        }
        // What is true of a mini program's title only is shown with that format only.
        let form = try await owner.get("/qr-codes/new")
        #expect(form.contains(#"<span data-for="mini_program">它就是小程序卡片的分享描述。</span>"#))
        for (reply, expected, other) in [
            ("some", "[文字]", "不会收到消息"), ("none", "不会收到消息", "[文字]"),
        ] {
            let chat = try await post(
                "/qr-codes/preview",
                [
                    ("account", wharf.workshop.account.id.text), ("reply", reply),
                    ("reply_format", "text"), ("reply_text", " "),
                ], by: &owner)
            #expect(chat.contains(expected) && !chat.contains(other), "\(reply)")
        }
    }

    @Test func `a viewer sees materials and changes none`() async throws {
        let wharf = try await Wharfside()
        let material = try await wharf.workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: wharf.workshop.owner
        ).material
        var viewer = try await wharf.member(.viewer)
        #expect(try await viewer.get("/materials").contains("海报"))
        #expect(!(try await viewer.get(material.path).contains("/delete")))
        #expect(try await post("/materials", [], file: ("a.png", [1]), by: &viewer).status == 403)
        #expect(try await viewer.post(material.path + "/delete").status == 403)
        #expect(try await viewer.get("/materials/picker").status == 403)
    }
}
