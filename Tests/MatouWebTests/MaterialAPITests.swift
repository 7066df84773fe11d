import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct MaterialAPITests {
    private func upload(
        _ bytes: [UInt8], _ name: String, _ client: Integrator
    ) async throws -> Answer {
        let fields: Fields = [
            "Host": "127.0.0.1:8080", "Authorization": "Bearer \(client.token)",
            "Content-Type": "image/png",
        ]
        let request = Request(
            .post, "/api/v1/materials?name=\(name)", fields: fields,
            upload: BodyStream([Array(bytes.prefix(20)), Array(bytes.dropFirst(20))]))
        let response = await client.wharf.site.router.respond(to: request)
        let answer = Answer(
            response, text: String(decoding: try await response.bodyBytes(), as: UTF8.self))
        let faults = try client.document.faults(of: answer, to: .post, "/api/v1/materials")
        #expect(faults == [])
        return answer
    }

    @Test func `a file is streamed in, listed, read back, renamed and deleted`() async throws {
        let client = try await Integrator()
        let made = try await upload(MediaBytes.png(), "poster.jpg", client)
        #expect(made.status == 201)
        let material = try made.json()
        #expect(material["name"] == "poster" && material["format"] == "png")
        #expect(try await upload(MediaBytes.png(), "again", client).status == 200)
        let id = try #require(material["id"].text)
        let list = try await client.call(.get, "/materials?kind=image&name=post&uploaded_by=me")
        #expect(try list.json()["data"].elements.count == 1)
        #expect(try await client.call(.get, "/materials/\(id)/file").status == 200)
        let renamed = try await client.call(.patch, "/materials/\(id)", #"{"name":"banner"}"#)
        #expect(try renamed.json()["name"] == "banner")

        let account = client.workshop.account.id
        let code = try await client.call(
            .post, "/qr-codes",
            #"{"account_id":"\#(account)","name":"x","type":"permanent","reply":[{"format":"image","material_id":"\#(id)"},{"format":"menu","head":"?","choices":[{"text":"a","answer":"b"}]}]}"#
        )
        #expect(code.status == 201)
        #expect(try code.json()["reply"].elements.first?["material_id"].text == id)
        let uses = try await client.call(.get, "/materials/\(id)/uses").json()
        #expect(uses["data"].elements.map { $0["name"].text } == ["x"])
        #expect(try await client.call(.delete, "/materials/\(id)").status == 409)
        let codeID = try #require(try code.json()["id"].text)
        try await client.call(.patch, "/qr-codes/\(codeID)", #"{"reply":[]}"#)
        #expect(try await client.call(.delete, "/materials/\(id)").status == 204)
        #expect(try await client.call(.get, "/materials/\(id)").status == 404)
    }

    @Test func `a player reads a file in parts, on the page and over the API`() async throws {
        let client = try await Integrator()
        let sound = try await client.workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.mp3()), named: "欢迎", by: client.workshop.owner
        ).material
        let length = sound.media.byteCount
        let path = sound.path + "/file"
        let whole = try await client.call(.get, path)
        #expect(whole.fields["Accept-Ranges"] == "bytes")
        let tag = try #require(whole.fields["ETag"])
        #expect(whole.fields["Last-Modified"] != nil)

        let first = try await client.call(.get, path, nil, ["Range": "bytes=0-1"])
        #expect(first.status == 206)
        #expect(first.fields["Content-Range"] == "bytes 0-1/\(length)")
        let same = ["Range": "bytes=2-", "If-Range": tag]
        #expect(try await client.call(.get, path, nil, same).status == 206)
        let other = ["Range": "bytes=2-", "If-Range": #""other""#]
        #expect(try await client.call(.get, path, nil, other).status == 200)
        let known = try await client.call(.get, path, nil, ["If-None-Match": tag])
        #expect(known.status == 304)
        let beyond = try await client.call(.get, path, nil, ["Range": "bytes=\(length)-"])
        #expect(beyond.status == 416)
        #expect(beyond.fields["Content-Range"] == "bytes */\(length)")
        #expect(try beyond.json()["type"] == "/api/docs#problem-range_not_satisfiable")

        var owner = try await client.wharf.owner()
        owner.fields = [("Range", "bytes=0-1")]
        let shown = try await owner.get(path)
        #expect(shown.status == 206)
        #expect(shown.fields["Content-Range"] == "bytes 0-1/\(length)")
        #expect(shown.fields["Content-Type"] == "audio/mpeg")
        owner.fields = [("Range", "bytes=\(length)-")]
        #expect(try await owner.get(path).status == 416)
    }

    @Test func `what WeChat says of a material stands with it`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        let made = try await upload(MediaBytes.png(), "poster", client).json()
        #expect(made["accounts"] == [])
        let id = Material.ID(try #require(made["id"].text))
        workshop.wechat.answer(
            "/cgi-bin/media/upload", #"{"errcode":40137,"errmsg":"invalid image format"}"#)
        _ = try await workshop.code(reply: [.image(id)])
        try await workshop.doJobs()
        let rejected = try await client.call(.get, "/materials/\(id)").json()["accounts"]
        #expect(rejected.elements.map { $0["account_id"].text } == [workshop.account.id.text])
        #expect(rejected.elements.first?["state"] == "rejected")
        #expect(rejected.elements.first?["failure"]["code"] == 40137)

        workshop.wechat.answer(
            "/cgi-bin/media/upload",
            #"{"type":"image","media_id":"M","created_at":\#(workshop.clock.now.seconds)}"#)
        _ = try await workshop.code(named: "二", reply: [.image(id)])
        try await workshop.doJobs()
        let list = try await client.call(.get, "/materials").json()["data"].elements
        #expect(list.first?["accounts"].elements.first?["state"] == "uploaded")
    }

    @Test func `a file that cannot be sent and a reply that cannot be read name their fields`()
        async throws
    {
        let client = try await Integrator()
        let wrong = try await upload(Array("<html>".utf8), "a.png", client)
        #expect(wrong.status == 422)
        #expect(try wrong.faults() == ["file unsupported_file"])
        let body =
            #"{"account_id":"\#(client.workshop.account.id)","name":"x","reply":[{"format":"link","title":7,"url":"x","colour":"red"},{"format":"menu","head":"h","choices":[{"text":"a"},5]}]}"#
        let reply = try await client.call(.post, "/qr-codes", body)
        #expect(
            try reply.faults() == [
                "reply.0.title malformed", "reply.0.url malformed", "reply.0.colour unknown",
                "reply.0.material_id required", "reply.0.description required",
                "reply.1.choices.0.answer required", "reply.1.choices.1 malformed",
            ])
    }
}
