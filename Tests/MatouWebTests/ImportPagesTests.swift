import Foundation
import HTTP
import Matou
import SQL
import TestSupport
import TestWorld
import Testing

@testable import MatouWeb

@Suite struct `Batch creation on the pages` {
    private func upload(
        _ wharf: Wharfside, _ owner: inout Visitor, _ csv: String, _ fields: [String: String] = [:]
    ) async throws -> Answer {
        try await owner.get("/imports/new")
        let boundary = "matou-boundary"
        var form = [
            "account": wharf.workshop.account.id.text, "type": "permanent", "reply": "none",
            "csrf_token": owner.token,
        ].merging(fields) { _, new in new }
        form["source"] = form["source"] ?? ""
        var body = form.map {
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
        }.joined()
        body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"csv\"; "
        body += "filename=\"门店.csv\"\r\nContent-Type: text/csv\r\n\r\n\(csv)\r\n--\(boundary)--\r\n"
        owner.fields = [("Content-Type", "multipart/form-data; boundary=\(boundary)")]
        defer { owner.fields = [] }
        return try await owner.send(.post, "/imports", body: Array(body.utf8))
    }

    @Test func `shows every bad line with why, then makes the good ones and says how far it is`()
        async throws
    {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let sent = try await upload(wharf, &owner, "名称\n门店一\n门店一\n<b>=1+1\n", ["source": "线下"])
        let path = try #require(sent.location)
        let preview = try await owner.get(path)
        #expect(preview.contains("与第 2 行同名。") && preview.contains("创建 2 个二维码"))
        #expect(preview.contains("&lt;b&gt;=1+1") && preview.contains("100,000"))
        let bad = try await owner.get(path + "/bad-lines")
        #expect(bad.contains("3,门店一,与第 2 行同名。"))
        #expect(try await owner.get("/qr-codes").contains("还没有二维码"))

        #expect(try await owner.post(path + "/start").location == path)
        #expect(try await owner.get(path).contains("创建中"))
        let done = try await wharf.workshop.working {
            _ = try await eventually { try await owner.get(path).contains("已完成") }
            return try await owner.get(path)
        }
        #expect(done.contains("已创建 2 个，失败 0 个。"))
        #expect(try await owner.get("/qr-codes").contains(">门店一<"))
        #expect(try await owner.get("/imports").contains("门店.csv"))
    }

    @Test func `keeps the settings when the file cannot be read`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let page = try await upload(wharf, &owner, "", ["source": "线下门店"])
        #expect(page.status == 422 && page.contains("请选择一个含有名称的文件。"))
        #expect(page.input("source") == "线下门店")
    }

    @Test func `replies as the form of a single code does, by the same buttons`() async throws {
        let wharf = try await Wharfside()
        let picture = try await wharf.workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: wharf.workshop.owner
        ).material.id
        var owner = try await wharf.owner()
        var fields = [
            "reply": "some", "reply_key": "1", "reply_format": "image",
            "reply_material_id": picture.text, "do": "up-1",
        ]
        let drawn = try await upload(wharf, &owner, "门店一\n", fields)
        #expect(drawn.status == 200 && drawn.contains("海报 · 8 × 6"))
        #expect(drawn.contains("门店.csv」，继续之前请再选一次文件。"))
        #expect(try await owner.get("/imports").contains("还没有批量创建"))

        fields["do"] = nil
        let path = try #require(try await upload(wharf, &owner, "门店一\n", fields).location)
        try await owner.get(path)
        try await owner.post(path + "/start")
        let made = try await wharf.workshop.working {
            _ = try await eventually { try await owner.get(path).contains("已完成") }
            return try await wharf.workshop.installation.qrCodes.page(
                .init(), for: wharf.workshop.owner)
        }
        #expect(made.codes.elements.map(\.reply.items) == [[.image(picture)]])
    }

    @Test func `a viewer sees batches and begins none`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let path = try #require(try await upload(wharf, &owner, "门店一\n").location)
        var viewer = try await wharf.member(.viewer)
        #expect(!(try await viewer.get(path).contains("\(path)/start")))
        #expect(try await viewer.post(path + "/start").status == 403)
        #expect(try await viewer.get("/imports/new").status == 403)
    }
}
