import MockWeChat
import Testing

@Suite struct MediaTests {
    /// The first bytes are what the gateway looks at.
    static let png =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 1, count: 90)
    static let jpeg = [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 2, count: 90)
    static let mp4 = [0, 0, 0, 24] + Array("ftypmp42".utf8) + [UInt8](repeating: 3, count: 90)
    static let mp3 = Array("ID3".utf8) + [UInt8](repeating: 4, count: 90)

    @Test func `a temporary picture can be had back for three days`() async throws {
        try await Street.with { street in
            let answer = try await street.upload(
                "/cgi-bin/media/upload?type=image", Self.png, named: "a.png")
            #expect(answer["type"] == "image")
            #expect(answer["created_at"]?.integer == street.gateway.now.seconds)
            let id = try #require(answer["media_id"]?.string)
            let path = "/cgi-bin/media/get?media_id=\(id)&access_token="
            let picture = try await street.fetch("GET", path + street.token())
            #expect(picture.type == "image/png")
            #expect(picture.bytes == Self.png)

            try street.gateway.advanceClock(by: .seconds(3 * 86_400))
            try await street.expect(40007, calling: "/cgi-bin/media/get?media_id=\(id)")
        }
    }

    @Test func `a thumb's id has a name of its own and a video is answered as an address`()
        async throws
    {
        try await Street.with { street in
            let thumb = try await street.upload(
                "/cgi-bin/media/upload?type=thumb", Self.jpeg, named: "a.jpg")
            #expect(thumb["thumb_media_id"] != nil)
            #expect(thumb["media_id"] == nil)
            let video = try await street.upload(
                "/cgi-bin/media/upload?type=video", Self.mp4, named: "a.mp4")
            let id = try #require(video["media_id"]?.string)
            let answer = try await street.call("/cgi-bin/media/get?media_id=\(id)")
            let url = try #require(answer["video_url"]?.string)
            let file = try await street.fetch("GET", String(url.dropFirst(street.base.count)))
            #expect(file.bytes == Self.mp4)
        }
    }

    struct WrongFile: Sendable, CustomTestStringConvertible {
        let errcode: Int64
        let type: String
        let start: [UInt8]
        var bytes = 0
        var filling: UInt8 = 0

        var file: [UInt8] {
            start + [UInt8](repeating: filling, count: max(0, bytes - start.count))
        }
        var testDescription: String { "\(errcode) for \(bytes) bytes as \(type)" }
    }

    @Test(arguments: [
        WrongFile(errcode: 40004, type: "poster", start: png),
        WrongFile(errcode: 44001, type: "image", start: []),
        WrongFile(errcode: 40113, type: "image", start: mp4),
        WrongFile(errcode: 40005, type: "voice", start: png),
        WrongFile(errcode: 40005, type: "thumb", start: png),
        WrongFile(errcode: 40012, type: "thumb", start: jpeg, bytes: (64 << 10) + 1),
        WrongFile(errcode: 40010, type: "voice", start: mp3, bytes: (2 << 20) + 1),
        WrongFile(errcode: 40009, type: "image", start: png, bytes: (10 << 20) + 1),
        // 62 seconds of 32-byte frames.
        WrongFile(
            errcode: 45007, type: "voice", start: Array("#!AMR\n".utf8), bytes: 32 * 50 * 62,
            filling: 0x3C),
    ])
    func `a file of the wrong kind, size or length is refused`(wrong: WrongFile) async throws {
        try await Street.with { street in
            let answer = try await street.upload(
                "/cgi-bin/media/upload?type=\(wrong.type)", wrong.file, named: "file")
            #expect(answer.errcode == wrong.errcode)
        }
    }

    @Test func `an upload without a file is refused`() async throws {
        try await Street.with { street in
            try await street.expect(41005, calling: "/cgi-bin/media/upload?type=image", [:])
        }
    }

    @Test func `permanent materials are listed, counted, fetched and deleted`() async throws {
        try await Street.with { street in
            let image = try await street.upload(
                "/cgi-bin/material/add_material?type=image", Self.png, named: "海报.png")
            #expect(image["url"]?.string?.hasPrefix("http://mmbiz.qpic.cn/") == true)
            let id = try #require(image["media_id"]?.string)
            let video = try await street.upload(
                "/cgi-bin/material/add_material?type=video", Self.mp4, named: "a.mp4",
                also: ["description": "{\"title\":\"开业\",\"introduction\":\"\"}"])
            #expect(video["media_id"] != nil)
            let untitled = try await street.upload(
                "/cgi-bin/material/add_material?type=video", Self.mp4, named: "a.mp4")
            #expect(untitled.errcode == 47001)

            let counts = try await street.call("/cgi-bin/material/get_materialcount")
            #expect(
                counts == [
                    "voice_count": 0, "video_count": 1, "image_count": 1, "news_count": 0,
                ])
            let list = try await street.call(
                "/cgi-bin/material/batchget_material", ["type": "image", "offset": 0, "count": 20])
            #expect(list["item"]?.array?.first?["name"] == "海报.png")
            try await street.expect(
                40035, calling: "/cgi-bin/material/batchget_material",
                ["type": "image", "offset": 0, "count": 21])

            try street.gateway.advanceClock(by: .seconds(30 * 86_400))
            let token = try await street.token()
            let file = try await street.fetch(
                "POST", "/cgi-bin/material/get_material?access_token=\(token)",
                JSON.object([.init("media_id", .string(id))]).bytes)
            #expect(file.bytes == Self.png)
            let one: JSON = ["media_id": .string(id)]
            try await street.expect(0, calling: "/cgi-bin/material/del_material", one)
            try await street.expect(40007, calling: "/cgi-bin/material/get_material", one)
        }
    }

    @Test func `a picture for articles is not in the library`() async throws {
        try await Street.with { street in
            let answer = try await street.upload(
                "/cgi-bin/media/uploadimg?", Self.png, named: "a.png")
            #expect(answer["url"]?.string?.hasPrefix("http://mmbiz.qpic.cn/") == true)
            let counts = try await street.call("/cgi-bin/material/get_materialcount")
            #expect(counts["image_count"] == 0)
        }
    }

    @Test func `a draft is kept, changed, listed and can be sent to a fan`() async throws {
        try await Street.with { street in
            let cover = try await street.upload(
                "/cgi-bin/material/add_material?type=image", Self.png, named: "a.png")
            let article: JSON = [
                "title": "秋季新品", "author": "编辑部", "content": "<p>来店里看看</p>",
                "thumb_media_id": cover["media_id"] ?? .null,
            ]
            let draft = try await street.call("/cgi-bin/draft/add", ["articles": [article]])
            let id = try #require(draft["media_id"]?.string)
            let list = try await street.call(
                "/cgi-bin/draft/batchget", ["offset": 0, "count": 20, "no_content": 1])
            let item = try #require(
                list["item"]?.array?.first?["content"]?["news_item"]?.array?.first)
            #expect(item["digest"] == "来店里看看")
            #expect(item["content"] == nil)
            let kept = try await street.call("/cgi-bin/draft/get", ["media_id": .string(id)])
            #expect(kept["news_item"]?.array?.first?["content"] == "<p>来店里看看</p>")

            let ming = try await street.fan("明")
            try await street.expect(
                0, calling: "/cgi-bin/message/custom/send",
                [
                    "touser": .string(ming.openid(at: Street.appid)), "msgtype": "mpnews",
                    "mpnews": ["media_id": .string(id)],
                ])
            let update: JSON = [
                "media_id": .string(id), "index": 0,
                "articles": article.adding("title", "冬季新品"),
            ]
            try await street.expect(0, calling: "/cgi-bin/draft/update", update)
            try await street.expect(0, calling: "/cgi-bin/draft/delete", ["media_id": .string(id)])
            #expect(try await street.call("/cgi-bin/draft/count") == ["total_count": 0])
        }
    }

    @Test func `a draft that is published leaves the box and can be sent until it is taken back`()
        async throws
    {
        try await Street.with { street in
            let cover = try await street.upload(
                "/cgi-bin/material/add_material?type=image", Self.png, named: "a.png")
            let draft = try await street.call(
                "/cgi-bin/draft/add",
                [
                    "articles": [
                        [
                            "title": "秋季新品", "content": "<p>来店里看看</p>",
                            "thumb_media_id": cover["media_id"] ?? .null,
                        ]
                    ]
                ])
            let job = try await street.call(
                "/cgi-bin/freepublish/submit", ["media_id": draft["media_id"] ?? .null])
            #expect(try await street.call("/cgi-bin/draft/count") == ["total_count": 0])
            let done = try await street.call(
                "/cgi-bin/freepublish/get", ["publish_id": job["publish_id"] ?? .null])
            let list = try await street.call(
                "/cgi-bin/freepublish/batchget", ["offset": 0, "count": 20, "no_content": 1])
            let id = try #require(list["item"]?.array?.first?["article_id"])
            #expect(done["article_id"] == id && list["total_count"] == 1)

            let ming = try await street.fan("明")
            let message: JSON = [
                "touser": .string(ming.openid(at: Street.appid)), "msgtype": "mpnewsarticle",
                "mpnewsarticle": ["article_id": id],
            ]
            try await street.expect(0, calling: "/cgi-bin/message/custom/send", message)
            try await street.expect(
                0, calling: "/cgi-bin/freepublish/delete", ["article_id": id, "index": 1])
            try await street.expect(53600, calling: "/cgi-bin/message/custom/send", message)
        }
    }
}
