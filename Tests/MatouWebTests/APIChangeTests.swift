import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// Making, changing and deleting over the API.
struct APIChangeTests {
    private static let account =
        #"{"name":"服务号","app_id":"wx9f8e7d6c5b4a3210","secret":"0123456789abcdef"}"#

    @Test func `all faults of a new code come in one answer`() async throws {
        let client = try await Integrator(.editor)
        let long = String(repeating: "长", count: 101)
        let answer = try await client.call(
            .post, "/qr-codes",
            """
            {"account_id":7,"name":"\(long)","type":"temporary","lifetime_seconds":"day",\
            "starts_at":"tomorrow","source":["x"],"colour":"red","reply":[{"format":"sticker",\
            "text":"a"},5,{"format":"text"},{"format":"text","text":"ok","size":1}]}
            """)
        #expect(answer.status == 422)
        #expect(
            try answer.faults() == [
                "account_id malformed", "name too_long_characters", "lifetime_seconds malformed",
                "starts_at malformed", "source malformed", "colour unknown",
                "reply.0.format not_one_of", "reply.1 malformed", "reply.2.text required",
                "reply.3.size unknown", "reply too_many",
            ])
        let account = client.workshop.account.id
        for (type, fault) in [
            ("\"eternal\"", "not_one_of"), ("null", "required"), ("7", "malformed"),
        ] {
            let body = #"{"account_id":"\#(account)","name":"x","type":\#(type)}"#
            #expect(try await client.call(.post, "/qr-codes", body).faults() == ["type \(fault)"])
        }
        let nothing = try await client.call(.post, "/qr-codes", "{}")
        #expect(try nothing.faults() == ["account_id required", "name required"])
    }

    @Test func `changes of different members at once are all kept when nobody names a version`()
        async throws
    {
        let client = try await Integrator()
        let path = "/qr-codes/\(try await client.code()["id"].text ?? "")"
        let changes = [
            #"{"name":"外滩"}"#, #"{"source":"地铁"}"#, #"{"group":"秋季"}"#,
            #"{"contact_tags":["新客"]}"#, #"{"reply":[{"format":"text","text":"您好"}]}"#,
        ]
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await client.call(.patch, path, changes[number % changes.count]).status
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(statuses == [200])
        let code = try await client.call(.get, path).json()
        #expect(code["name"] == "外滩" && code["source"] == "地铁" && code["group"] == "秋季")
        #expect(code["contact_tags"] == ["新客"] && code["reply"].elements.count == 1)
        let late = try await client.call(
            .patch, path, #"{"name":"静安"}"#, ["If-Match": "\"1.a\""])
        #expect(late.status == 412)
    }

    @Test(arguments: ["/qr-codes?name=%00", "/accounts?cursor=%00"])
    func `a NUL in the address is a bad request`(_ path: String) async throws {
        let client = try await Integrator()
        #expect(try await client.call(.get, path).status == 400)
    }

    @Test func `a NUL in a text is a bad request, an escaped backslash before it is not`()
        async throws
    {
        let client = try await Integrator()
        let rest = #""app_id":"wx9f8e7d6c5b4a3210","secret":"0123456789abcdef"}"#
        let backslash = #"{"name":"a\\"# + "u0000\"," + rest
        let nul = backslash.replacing(#"\\"#, with: #"\"#)
        #expect(try await client.call(.post, "/accounts", nul).status == 400)
        #expect(try await client.call(.post, "/accounts", backslash).status == 201)
    }

    @Test func `all faults of an account come in one answer`() async throws {
        let client = try await Integrator()
        let answer = try await client.call(
            .post, "/accounts",
            #"{"name":5,"app_id":"wx 1","aes_key":"short","verified":"yes","message_mode":"x"}"#)
        #expect(
            try answer.faults() == [
                "name malformed", "app_id malformed", "aes_key malformed", "verified malformed",
                "message_mode not_one_of", "secret required",
            ])
        let change = try await client.call(
            .patch, "/accounts/\(client.workshop.account.id)",
            #"{"name":"","app_id":"wx2","token":"a"}"#)
        #expect(try change.faults() == ["name required", "app_id immutable", "token too_short"])
    }

    @Test func `a tag's or a group's id where its name belongs is refused, and nothing is made`()
        async throws
    {
        let client = try await Integrator(.editor)
        let account = client.workshop.account.id
        let made = try await client.call(
            .post, "/tags", #"{"family":"follower","account_id":"\#(account)","name":"上海"}"#)
        let tag = try #require(try made.json()["id"].text)
        let group = try #require(
            try await client.call(.post, "/groups", #"{"name":"门店"}"#).json()["id"].text)
        let answer = try await client.call(
            .post, "/qr-codes",
            """
            {"account_id":"\(account)","name":"静安","type":"permanent","group":"\(group)",\
            "follower_tags":["\(tag)"],"contact_tags":["\(tag)"]}
            """)
        #expect(
            try answer.faults() == [
                "group id_for_name", "follower_tags id_for_name", "contact_tags id_for_name",
            ])
        #expect(answer.text.contains("Give the name here, not the id."))
        let code = try #require(try await client.code()["id"].text)
        let tagging = try await client.call(
            .post, "/qr-codes/taggings",
            #"{"qr_code_ids":["\#(code)"],"remove_follower_tags":["\#(tag)"]}"#)
        #expect(try tagging.faults() == ["remove_follower_tags id_for_name"])
        let tags = try await client.call(.get, "/tags?family=follower&account_id=\(account)")
        #expect(try tags.json()["data"].elements.map { $0["name"] } == ["上海"])
        // A name may begin as an id does.
        #expect(
            try await client.call(.post, "/tags", #"{"name":"ft_上海"}"#).status == 201)
    }

    @Test func `what WeChat fixed cannot be changed, and all of it is said`() async throws {
        let client = try await Integrator(.editor)
        let path = "/qr-codes/\(try await client.code()["id"].text ?? "")"
        let answer = try await client.call(
            .patch, path, #"{"account_id":"ac_other","type":"temporary","name":" "}"#)
        #expect(answer.status == 422)
        #expect(
            try answer.faults() == ["account_id immutable", "type immutable", "name required"])
        let life = try await client.call(.patch, path, #"{"lifetime_seconds":86400}"#)
        #expect(try life.faults() == ["lifetime_seconds immutable"])
        let account = client.workshop.account.id
        let fresh = try await client.call(
            .post, "/qr-codes",
            #"{"account_id":"\#(account)","name":"x","type":"permanent","lifetime_seconds":60}"#)
        #expect(try fresh.faults() == ["lifetime_seconds not_with"])
    }

    @Test func `a change touches what it names, and nothing else`() async throws {
        let client = try await Integrator(.editor)
        let code = try await client.code()
        let path = "/qr-codes/\(code["id"].text ?? "")"
        let changed = try await client.call(
            .patch, path,
            #"{"group":"门店","starts_at":"2026-12-01T08:00:00+08:00","reply":[{"format":"text","text":"hi"}]}"#
        ).json()
        #expect(changed["group"] == "门店")
        #expect(changed["name"] == code["name"])
        #expect(changed["starts_at"] == "2026-12-01T00:00:00.000Z")
        #expect(changed["version"] == 2)
        let cleared = try await client.call(
            .patch, path, #"{"group":null,"starts_at":null,"reply":null}"#
        ).json()
        #expect(cleared["group"] == .null)
        #expect(cleared["starts_at"] == .null)
        #expect(cleared["reply"] == [])
        #expect(cleared["version"] == 3)
    }

    @Test func `a change that changes nothing makes no version`() async throws {
        let client = try await Integrator()
        let code = try await client.code()
        let path = "/qr-codes/\(code["id"].text ?? "")"
        client.workshop.clock.advance(by: .seconds(60))
        for body in ["{}", #"{"name":" 静安门店 "}"#, #"{"type":"permanent","group":null}"#] {
            let same = try await client.call(.patch, path, body)
            #expect(same.status == 200)
            #expect(try same.json() == code, "\(body)")
        }
        let account = "/accounts/\(client.workshop.account.id)"
        let present = try await client.call(.get, account).json()
        let name = present["name"].text ?? ""
        for body in ["{}", #"{"name":"\#(name)","verified":true}"#] {
            #expect(try await client.call(.patch, account, body).json() == present)
        }
        let renamed = try await client.call(.patch, account, #"{"name":"新名字"}"#).json()
        #expect(renamed["version"] == 2)
        let secret = try await client.call(.patch, account, #"{"secret":"another"}"#).json()
        #expect(secret["version"] == 3)
    }

    @Test func `a change is refused that was made on another version`() async throws {
        let client = try await Integrator()
        let account = "/accounts/\(client.workshop.account.id)"
        let code = "/qr-codes/\(try await client.code()["id"].text ?? "")"
        for path in [code, account] {
            let tag = try #require(try await client.call(.get, path).fields["ETag"])
            for stale in [#""7""#, "W/" + tag, #"W/"1", "2""#] {
                for (method, body) in [(HTTP.Method.patch, #"{"name":"x"}"#), (.delete, nil)] {
                    let answer = try await client.call(method, path, body, ["If-Match": stale])
                    #expect(answer.status == 412, "\(method.name) \(path) \(stale)")
                    #expect(answer.fields["ETag"] == #""1""#)
                }
            }
            let none = try await client.call(.patch, path, "{}", ["If-Match": "1"])
            #expect(try none.faults() == ["If-Match malformed"])
            for (number, fresh) in [tag, #""9", "2""#, "*"].enumerated() {
                let answer = try await client.call(
                    .patch, path, #"{"name":"\#(number)"}"#, ["If-Match": fresh])
                #expect(answer.status == 200, "\(fresh)")
            }
            let gone = try await client.call(.delete, path, nil, ["If-Match": #""1", "4""#])
            #expect(gone.status == 204)
        }
    }

    @Test func `figures that move do not stand in the way of a change`() async throws {
        let client = try await Integrator()
        let code = try await client.workshop.code()
        let path = "/qr-codes/\(code.id)"
        let tag = try #require(try await client.call(.get, path).fields["ETag"])
        let known = ["If-None-Match": "\"x\", W/\(tag)"]
        #expect(try await client.call(.get, path, nil, known).status == 304)
        try await client.workshop.deliver(
            CallbackEvent(.scan(scene: code.scene), by: "oA", at: client.workshop.clock.now.seconds)
        )
        let moved = try await client.call(.get, path, nil, ["If-None-Match": tag])
        #expect(moved.status == 200)
        #expect(moved.fields["ETag"] != tag)
        let changed = try await client.call(.patch, path, #"{"name":"x"}"#, ["If-Match": tag])
        #expect(changed.status == 200)
    }

    @Test func `a repeat with the same key makes nothing new`() async throws {
        let client = try await Integrator()
        let owner = client.workshop.account.id
        let bodies = [
            ("/accounts", Self.account, Self.account.replacing("服务号", with: "别的号")),
            (
                "/qr-codes", #"{"account_id":"\#(owner)","name":"a"}"#,
                #"{"account_id":"\#(owner)","name":"b"}"#
            ),
        ]
        for (path, body, other) in bodies {
            let key = ["Idempotency-Key": "k-1\(path)"]
            let before = try await client.call(.get, path).json()["data"].elements.count
            let first = try await client.call(.post, path, body, key)
            let second = try await client.call(.post, path, body, key)
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(try first.json() == second.json())
            #expect(first.location == second.location)
            #expect(try await client.call(.get, path).json()["data"].elements.count == before + 1)
            let reused = try await client.call(.post, path, other, key)
            #expect(reused.status == 409)
            #expect(reused.contains("idempotency_key_reused"))
            let long = String(repeating: "k", count: 256)
            let bad = try await client.call(.post, path, body, ["Idempotency-Key": long])
            #expect(try bad.faults() == ["Idempotency-Key too_long_bytes"])
        }
        #expect(client.workshop.wechat.bodies(of: "/cgi-bin/qrcode/create").count == 1)
        #expect(client.workshop.wechat.bodies(of: "/cgi-bin/stable_token").count == 2)
        let taken = try await client.call(.post, "/accounts", Self.account)
        #expect(try taken.faults() == ["app_id taken"])
    }

    @Test func `repeats at the same moment make one object`() async throws {
        let client = try await Integrator()
        let body = #"{"account_id":"\#(client.workshop.account.id)","name":"a"}"#
        let key = ["Idempotency-Key": "k"]
        let ids = try await withThrowingTaskGroup(of: [String?].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let code = try await client.call(.post, "/qr-codes", body, key).json()
                    let account = try await client.call(
                        .post, "/accounts", Self.account,
                        [
                            "Idempotency-Key": "other"
                        ]
                    ).json()
                    return [code["id"].text, account["id"].text]
                }
            }
            return try await group.reduce(into: Set<[String?]>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(ids.first?.contains(nil) == false)
    }

    @Test func `an object in the wrong state says which`() async throws {
        let client = try await Integrator()
        let code = "/qr-codes/\(try await client.code()["id"].text ?? "")"
        let account = "/accounts/\(client.workshop.account.id)"
        let used = try await client.call(.delete, account)
        #expect(used.status == 409)
        #expect(used.contains("account_has_codes"))
        #expect(try await client.call(.post, code + "/creation-attempts").status == 409)
        try await client.call(.patch, account, #"{"verified":false}"#)
        let unverified = try await client.call(
            .post, "/qr-codes", #"{"account_id":"\#(client.workshop.account.id)","name":"x"}"#)
        #expect(unverified.status == 409)
        #expect(unverified.contains("account_not_verified"))
        #expect(try await client.call(.delete, code).status == 204)
        #expect(try await client.call(.delete, account).status == 204)
    }
}
