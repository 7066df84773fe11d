import Foundation
import MockWeChat
import TestSupport
import Testing

@Suite struct CodeTests {
    @Test(
        arguments: [
            ("QR_SCENE", ["scene_id": 4_294_967_295] as JSON, 604_800),
            ("QR_STR_SCENE", ["scene_str": "store-042"], 604_800),
            ("QR_LIMIT_SCENE", ["scene_id": 100_000], nil),
            ("QR_LIMIT_STR_SCENE", ["scene_str": "store-042"], nil),
        ] as [(String, JSON, Int64?)])
    func `all four kinds of codes can be made`(action: String, scene: JSON, life: Int64?)
        async throws
    {
        try await Street.with { street in
            let answer = try await street.call(
                "/cgi-bin/qrcode/create",
                [
                    "expire_seconds": 604_800, "action_name": .string(action),
                    "action_info": ["scene": scene],
                ])
            #expect(answer.errcode == nil)
            #expect(answer["expire_seconds"]?.integer == life)
            let url = try #require(answer["url"]?.string)
            #expect(url.hasPrefix("http://weixin.qq.com/q/"))
            #expect(url.utf8.count == 44)
            let ticket = try #require(answer["ticket"]?.string)
            #expect(ticket.hasPrefix("gQ"))
            let record = try #require(Data(base64Encoded: ticket))
            #expect(record.firstRange(of: Data(url.utf8)) != nil)
        }
    }

    @Test(
        arguments: [
            ("QR_SCENE", ["scene_id": 0]), ("QR_SCENE", ["scene_id": 4_294_967_296]),
            ("QR_SCENE", ["scene_str": "a"]), ("QR_LIMIT_SCENE", ["scene_id": 100_001]),
            ("QR_STR_SCENE", ["scene_str": ""]), ("QR_LIMIT_STR_SCENE", [:]),
            ("QR_LIMIT_STR_SCENE", ["scene_str": .string(String(repeating: "x", count: 65))]),
        ] as [(String, JSON)])
    func `a scene outside of its limits is refused`(action: String, scene: JSON) async throws {
        try await Street.with { street in
            try await street.expect(
                40053, calling: "/cgi-bin/qrcode/create",
                ["action_name": .string(action), "action_info": ["scene": scene]])
        }
    }

    @Test func `an unknown action and a life beyond thirty days are refused`() async throws {
        try await Street.with { street in
            try await street.expect(
                40052, calling: "/cgi-bin/qrcode/create", ["action_name": "QR_FOREVER"])
            for life: JSON in [0, 2_592_001, "60"] {
                try await street.expect(
                    40053, calling: "/cgi-bin/qrcode/create",
                    [
                        "expire_seconds": life, "action_name": "QR_SCENE",
                        "action_info": ["scene": ["scene_id": 1]],
                    ])
            }
        }
    }

    @Test func `a temporary code without a life lives one minute`() async throws {
        try await Street.with { street in
            let answer = try await street.call("/cgi-bin/qrcode/create", Self.temporary("a"))
            #expect(answer["expire_seconds"] == 60)
        }
    }

    @Test func `the same permanent scene gives the same code and takes no further quota`()
        async throws
    {
        try await Street.with { street in
            try street.limit { $0.permanentCodesMax = 2 }
            let first = try await street.code("a")
            #expect(try await street.code("a") == first)
            #expect(try await street.code("b") != first)
            try await street.expect(
                45029, calling: "/cgi-bin/qrcode/create",
                ["action_name": "QR_LIMIT_SCENE", "action_info": ["scene": ["scene_id": 1]]])
            #expect(try await street.code("a") == first)
        }
    }

    @Test func `an unverified account may not make codes`() async throws {
        try await Street.with { street in
            try street.limit { $0.isVerified = false }
            try await street.expect(48001, calling: "/cgi-bin/qrcode/create", Self.temporary("a"))
        }
    }

    @Test func `the daily quota ends at midnight in China and can be cleared ten times a month`()
        async throws
    {
        try await Street.with { street in
            // 23:59:00 in China.
            try street.gateway.setClock(to: Moment(seconds: 1_716_220_740))
            try street.limit { $0.dailyLimits = ["/cgi-bin/qrcode/create": 1] }
            try await street.expect(0, calling: "/cgi-bin/qrcode/create", Self.temporary("a"))
            try await street.expect(45009, calling: "/cgi-bin/qrcode/create", Self.temporary("b"))
            try street.gateway.advanceClock(by: .seconds(60))
            try await street.expect(0, calling: "/cgi-bin/qrcode/create", Self.temporary("c"))
            try await street.expect(45009, calling: "/cgi-bin/qrcode/create", Self.temporary("d"))

            let quota = try await street.call(
                "/cgi-bin/openapi/quota/get", ["cgi_path": "/cgi-bin/qrcode/create"])
            #expect(quota["quota"] == ["daily_limit": 1, "used": 1, "remain": 0])
            for _ in 0..<10 {
                try await street.expect(
                    0, calling: "/cgi-bin/clear_quota", ["appid": .string(Street.appid)])
            }
            try await street.expect(0, calling: "/cgi-bin/qrcode/create", Self.temporary("e"))
            try await street.expect(
                48006, calling: "/cgi-bin/clear_quota", ["appid": .string(Street.appid)])
            try await street.expect(
                76021, calling: "/cgi-bin/openapi/quota/get", ["cgi_path": "/nothing"])
            let documented = try await street.call(
                "/cgi-bin/openapi/quota/get", ["cgi_path": "/cgi-bin/media/get"])
            #expect(
                documented["quota"] == ["daily_limit": 10_000, "used": 0, "remain": 10_000])
        }
    }

    @Test func `the quota of a minute is its own error`() async throws {
        try await Street.with { street in
            try street.limit { $0.minuteLimits = ["/cgi-bin/qrcode/create": 1] }
            try await street.expect(0, calling: "/cgi-bin/qrcode/create", Self.temporary("a"))
            try await street.expect(45011, calling: "/cgi-bin/qrcode/create", Self.temporary("b"))
            try street.gateway.advanceClock(by: .seconds(60))
            try await street.expect(0, calling: "/cgi-bin/qrcode/create", Self.temporary("b"))
        }
    }

    @Test func `a ticket shows its picture without a token until the code expires`() async throws {
        try await Street.with { street in
            let answer = try await street.call("/cgi-bin/qrcode/create", Self.temporary("a"))
            let ticket = try #require(
                answer["ticket"]?.string?.addingPercentEncoding(
                    withAllowedCharacters: .alphanumerics))
            let picture = try await street.fetch("GET", "/cgi-bin/showqrcode?ticket=\(ticket)")
            #expect(picture.status == 200)
            #expect(picture.type == "image/png")
            #expect(picture.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))

            #expect(try await read(picture.bytes) == answer["url"]?.string)

            let wrong = try await street.fetch("GET", "/cgi-bin/showqrcode?ticket=gQinvented")
            #expect(wrong.status == 404)
            try street.gateway.advanceClock(by: .seconds(60))
            let late = try await street.fetch("GET", "/cgi-bin/showqrcode?ticket=\(ticket)")
            #expect(late.status == 404)
        }
    }

    /// What zbarimg, a reader that is not ours, sees in a picture.
    private func read(_ picture: [UInt8]) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "\(UUID().uuidString).png")
        try Data(picture).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (_, output) = try await Child(["zbarimg", "-q", "--raw", file.path]).finish()
        return String(output.split(separator: "\n").first { $0.hasPrefix("http") } ?? "")
    }

    static func temporary(_ scene: String) -> JSON {
        [
            "action_name": "QR_STR_SCENE",
            "action_info": ["scene": ["scene_str": .string(scene)]],
        ]
    }
}

extension Street {
    /// Changes the account.
    func limit(_ change: (inout OfficialAccount) -> Void) throws {
        var account = try #require(gateway.accounts.first)
        change(&account)
        try gateway.put(account)
    }
}
