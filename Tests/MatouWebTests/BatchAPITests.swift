import Foundation
import HTTP
import Matou
import SQL
import TestSupport
import TestWorld
import Testing

@testable import MatouWeb

@Suite struct `The API of many codes` {
    private func body(_ text: String) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    @Test func `looks that cannot be are refused before the archive begins`() async throws {
        let api = try await Integrator()
        let body = #"{"qr_code_ids":["\#(try await api.workshop.code().id)"]}"#
        for (looks, status) in [
            ("foreground=red", 422), ("modules=star", 422), ("foreground=%23cccccc", 409),
        ] {
            let answer = try await api.call(.post, "/qr-codes/images?" + looks, body)
            #expect(answer.status == status, "\(looks)")
        }
    }

    @Test func `groups are made once, renamed against a version, and deleted`() async throws {
        let api = try await Integrator()
        let made = try await api.call(
            .post, "/groups", #"{"name":"门店"}"#, ["Idempotency-Key": "g"])
        let again = try await api.call(
            .post, "/groups", #"{"name":"门店"}"#, ["Idempotency-Key": "g"])
        #expect(made.status == 201 && again.text == made.text)
        #expect(try await api.call(.post, "/groups", #"{"name":"门店"}"#).status == 422)
        let id = try #require(try body(made.text)["id"].text)
        let tag = try #require(
            try await api.call(.get, "/groups/\(id)").fields["ETag"])
        #expect(
            try await api.call(
                .patch, "/groups/\(id)", #"{"name":"线下"}"#, ["If-Match": tag]
            ).status == 200)
        #expect(
            try await api.call(
                .patch, "/groups/\(id)", #"{"name":"别的"}"#, ["If-Match": tag]
            ).status == 412)
        #expect(try await api.call(.get, "/groups?sort=-codes&name=%E7%BA%BF").text.contains(id))
        #expect(try await api.call(.delete, "/groups/\(id)").status == 204)
        #expect(try await api.call(.get, "/groups/\(id)").status == 404)
        #expect(try await api.call(.post, "/groups/\(id)/restorations").text.contains("线下"))
        #expect(try await api.call(.post, "/groups/\(id)/restorations").status == 404)
        let history = try await api.call(.get, "/groups/\(id)/revisions")
        #expect(history.text.contains(#""action":"restored""#))
    }

    @Test func `codes are deleted, brought back and moved by ids or by a filter`() async throws {
        let api = try await Integrator()
        let one = try await api.workshop.code(named: "一")
        _ = try await api.workshop.code(named: "二")
        let account = api.workshop.account.id
        let moved = try await api.call(
            .post, "/qr-codes/moves",
            #"{"filter":{"account_id":"\#(account)"},"group":"拉新"}"#)
        #expect(try body(moved.text)["count"] == 2)
        let undo = #"{"changed_at":"\#(try #require(try body(moved.text)["changed_at"].text))"}"#
        #expect(try body(try await api.call(.post, "/qr-codes/undos", undo).text)["count"] == 2)
        let again = try await api.call(.post, "/qr-codes/undos", undo)
        #expect(again.status == 409 && again.text.contains("#problem-nothing_to_undo"))
        let tagged = try await api.call(
            .post, "/qr-codes/taggings",
            #"{"qr_code_ids":["\#(one.id)"],"add_contact_tags":["VIP"],"remove_follower_tags":[]}"#)
        let done = try body(tagged.text)
        #expect(done["count"] == 1 && done["full"] == 0)
        #expect(
            try await api.call(
                .post, "/qr-codes/taggings", #"{"qr_code_ids":["\#(one.id)"]}"#
            ).status == 422)
        let deleted = try await api.call(
            .post, "/qr-codes/deletions", #"{"qr_code_ids":["\#(one.id)"]}"#)
        let time = try #require(try body(deleted.text)["deleted_at"].text)
        let gone = try await api.call(.get, "/qr-codes/\(one.id)")
        #expect(try body(gone.text)["deleted_at"].text == time)
        let restored = try await api.call(
            .post, "/qr-codes/restorations", #"{"deleted_at":"\#(time)"}"#)
        #expect(try body(restored.text)["count"] == 1)
        #expect(
            try await api.call(
                .post, "/qr-codes/restorations", #"{"deleted_at":"\#(time)"}"#
            ).status == 409)
        #expect(try await api.call(.get, "/qr-codes/\(one.id)").status == 200)
        for wrong in [
            "{}", #"{"qr_code_ids":[]}"#, #"{"qr_code_ids":[7]}"#, #"{"filter":{}}"#,
            #"{"filter":{"colour":"red"}}"#, #"{"filter":{},"qr_code_ids":["qr_x"]}"#,
        ] {
            #expect(
                try await api.call(.post, "/qr-codes/deletions", wrong).status == 422, "\(wrong)")
        }
    }

    @Test func `a code is copied with all that it has, once for each key`() async throws {
        let api = try await Integrator(.editor)
        let code = try await api.workshop.code(named: "静安", reply: [.text("欢迎")])
        let key = ["Idempotency-Key": "copy"]
        let made = try await api.call(.post, "/qr-codes/\(code.id)/copies", "{}", key)
        #expect(made.status == 201)
        let copy = try body(made.text)
        #expect(copy["name"] == "静安_copy" && made.text.contains("欢迎"))
        let again = try await api.call(.post, "/qr-codes/\(code.id)/copies", "{}", key)
        #expect(try body(again.text)["id"] == copy["id"])
        let bare = try await api.call(.post, "/qr-codes/\(code.id)/copies")
        #expect(bare.status == 201)
        let named = try await api.call(
            .post, "/qr-codes/\(code.id)/copies", #"{"name":"外滩"}"#)
        #expect(try body(named.text)["name"] == "外滩")
        api.workshop.wechat.answer(
            "/cgi-bin/qrcode/create", #"{"errcode":40053,"errmsg":"invalid action info"}"#)
        let failed = try await api.workshop.code(named: "失败")
        #expect(try await api.call(.post, "/qr-codes/\(failed.id)/copies", "{}").status == 409)
        #expect(try await api.call(.post, "/qr-codes/qr_none/copies", "{}").status == 404)
    }

    @Test func `an export that failed says why, and begins anew`() async throws {
        let api = try await Integrator(.viewer)
        let code = try await api.workshop.code(named: "静安")
        let made = try await api.call(
            .post, "/exports", #"{"kind":"qr_codes","qr_code_ids":["\#(code.id)"]}"#)
        let path = "/exports/\(try #require(try body(made.text)["id"].text))"
        #expect(try await api.call(.post, path + "/retry").text.contains("export_not_failed"))
        try await api.workshop.database.write {
            _ = try $0.run("UPDATE exports SET state = 'failed', failure = 'gave_up'")
        }
        #expect(try body(try await api.call(.get, path).text)["failure"] == "gave_up")
        let again = try body(try await api.call(.post, path + "/retry").text)
        #expect(again["state"] == "waiting" && again["failure"] == .null)
        #expect(try await api.call(.post, "/exports/ex_none/retry").status == 404)
    }

    /// That a download that broke off goes on, over the API and by the link.
    private func expectParts(
        of file: Answer, _ id: String, link: String, from api: Integrator
    ) async throws {
        let length = file.text.utf8.count
        let tag = try #require(file.fields["ETag"])
        let rest = ["Range": "bytes=5-", "If-Range": tag]
        let over = try await api.raw(.get, "/exports/\(id)/file", rest)
        #expect(over.status == 206)
        #expect(over.fields["Content-Range"] == "bytes 5-\(length - 1)/\(length)")
        let other = ["Range": "bytes=5-", "If-Range": #""other""#]
        #expect(try await api.raw(.get, "/exports/\(id)/file", other).text == file.text)
        let beyond = ["Range": "bytes=\(length)-"]
        #expect(try await api.call(.get, "/exports/\(id)/file", nil, beyond).status == 416)
        var stranger = api.wharf.stranger()
        stranger.fields = [("Range", "bytes=5-"), ("If-Range", tag)]
        let linked = try await stranger.get(link.replacing("http://127.0.0.1:8080", with: ""))
        #expect(linked.status == 206)
        #expect(linked.text == over.text)
    }

    @Test func `an export is asked for, followed and fetched`() async throws {
        let api = try await Integrator(.viewer)
        let code = try await api.workshop.code(named: "静安")
        let made = try await api.call(
            .post, "/exports",
            #"{"kind":"qr_codes","format":"csv","language":"en","qr_code_ids":["\#(code.id)"]}"#)
        #expect(made.status == 201)
        let id = try #require(try body(made.text)["id"].text)
        #expect(try await api.call(.get, "/exports/\(id)/file").status == 409)
        let done = try await api.workshop.working {
            _ = try await eventually {
                try body(try await api.call(.get, "/exports/\(id)").text)["state"] == "done"
            }
            return try body(try await api.call(.get, "/exports/\(id)").text)
        }
        #expect(done["records"] == 1 && done["file_url"].text?.hasPrefix("http://127") == true)
        let file = try await api.raw(.get, "/exports/\(id)/file")
        #expect(file.contains("静安,\(code.id),Permanent,In progress"))
        try await expectParts(of: file, id, link: try #require(done["file_url"].text), from: api)
        #expect(try await api.call(.get, "/exports").text.contains(id))
        let other = try await api.with(.owner)
        #expect(try await other.call(.get, "/exports/\(id)").status == 404)
        #expect(try await api.call(.delete, "/exports/\(id)").status == 204)
        for wrong in [
            #"{"kind":"everything"}"#, #"{"kind":"scanners"}"#, #"{"kind":"qr_codes"}"#,
            #"{"kind":"qr_codes","qr_code_ids":["x"],"format":"pdf"}"#,
        ] {
            #expect(try await api.call(.post, "/exports", wrong).status == 422, "\(wrong)")
        }
    }

    @Test func `a batch is checked, started and followed`() async throws {
        let api = try await Integrator(.editor)
        let account = api.workshop.account.id
        let made = try await api.call(
            .post, "/imports",
            """
            {"account_id":"\(account)","csv":"门店_上海_一\\n门店_上海_一\\n","type":"permanent",
            "source_from_name":true}
            """)
        #expect(made.status == 201)
        let names = #"{"account_id":"\#(account)","csv":"一\n","type":"permanent"}"#
        let key = ["Idempotency-Key": "batch"]
        let first = try await api.call(.post, "/imports", names, key)
        let second = try await api.call(.post, "/imports", names, key)
        #expect(first.text == second.text)
        #expect(
            try await api.call(
                .post, "/imports", names.replacing("一", with: "二"), key
            ).status == 409)
        let batch = try body(made.text)
        let id = try #require(batch["id"].text)
        #expect(batch["lines"] == 2 && batch["bad"] == 1 && batch["state"] == "checked")
        let bad = try await api.call(.get, "/imports/\(id)/lines?state=bad")
        #expect(bad.text.contains(#""fault":"repeated""#) && bad.text.contains(#""other_line":1"#))
        let good = try await api.call(.get, "/imports/\(id)/lines?state=ready")
        #expect(good.text.contains(#""source":"上海""#))
        #expect(try await api.call(.post, "/imports/\(id)/start").status == 200)
        let done = try await api.workshop.working {
            _ = try await eventually {
                try body(try await api.call(.get, "/imports/\(id)").text)["state"] == "done"
            }
            return try body(try await api.call(.get, "/imports/\(id)").text)
        }
        #expect(done["made"] == 1)
        #expect(try await api.call(.post, "/imports/\(id)/cancel").status == 409)
        #expect(try await api.call(.post, "/imports/\(id)/retry").status == 409)
        #expect(try await api.call(.get, "/imports").text.contains(id))
        #expect(
            try await api.call(
                .post, "/imports", #"{"account_id":"\#(account)","type":"permanent"}"#
            ).status == 422)
    }

    @Test func `a batch takes Excel's file as it is, any reply, and says what it will make`()
        async throws
    {
        let api = try await Integrator(.editor)
        let workshop = api.workshop
        let picture = try await workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: workshop.owner
        ).material.id
        let settings = """
            {"account_id":"\(workshop.account.id)","type":"temporary","lifetime_seconds":7200,
            "source":"线下","group":"门店","contact_tags":["新客"],
            "reply":[{"format":"image","material_id":"\(picture)"}]}
            """
        let names: [UInt8] = [0xC3, 0xC5, 0xB5, 0xEA, 0x0A, 0xC9, 0xCF, 0xBA, 0xA3]
        let made = try await api.upload(settings, file: ("stores.csv", names))
        #expect(made.status == 201)
        let batch = try body(made.text)
        #expect(batch["encoding"] == "GB18030" && batch["file_name"] == "stores.csv")
        #expect(batch["type"] == "temporary" && batch["lifetime_seconds"] == 7200)
        #expect(batch["group"] == "门店" && batch["source"] == "线下")
        #expect(batch["contact_tags"].elements == ["新客"])
        #expect(batch["reply"].elements.first?["material_id"].text == picture.text)
        #expect(batch["good"] == 2 && batch["left"] == 2 && batch["started_at"] == .null)
        #expect(try await api.upload("no", file: ("stores.csv", names)).status == 400)
        #expect(try await api.upload("{}", file: ("stores.csv", names)).status == 422)
    }
}

extension Integrator {
    /// Checks a file of names, sent as it is beside its settings.
    fileprivate func upload(
        _ settings: String, file: (name: String, bytes: [UInt8])
    ) async throws -> Answer {
        let part = "--x\r\nContent-Disposition: form-data; name="
        let head =
            part + "\"settings\"\r\n\r\n\(settings)\r\n"
            + part + "\"csv\"; filename=\"\(file.name)\"\r\n\r\n"
        let request = Request(
            .post, APIRoute.prefix + "/imports",
            fields: [
                "Host": "127.0.0.1:8080", "Authorization": "Bearer \(token)",
                "Content-Type": "multipart/form-data; boundary=x",
            ], body: Array(head.utf8) + file.bytes + Array("\r\n--x--\r\n".utf8))
        let response = await wharf.site.router.respond(to: request)
        let answer = Answer(
            response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
        #expect(try document.faults(of: answer, to: .post, APIRoute.prefix + "/imports") == [])
        return answer
    }

    /// An answer that the document does not describe byte for byte.
    fileprivate func raw(
        _ method: HTTP.Method, _ path: String, _ fields: [String: String] = [:]
    ) async throws -> Answer {
        var sent: Fields = ["Host": "127.0.0.1:8080", "Authorization": "Bearer \(token)"]
        for (name, value) in fields { sent[name] = value }
        let request = Request(method, APIRoute.prefix + path, fields: sent)
        let response = await wharf.site.router.respond(to: request)
        return Answer(
            response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
    }
}
