import Foundation
import HTTP
import MockWeChat
import Synchronization
import Testing

@Suite struct CallbackTests {
    @Test
    func
        `a new follower who scanned first comes with the scene, and a follower's scan without a prefix`()
        async throws
    {
        try await Street.with { street in
            let code = try await street.code("store-042")
            let ming = try street.gateway.people.add("明")
            #expect(try await ming.scan(code) == .card(appid: Street.appid))
            #expect(street.server.calls.isEmpty)
            #expect(try await ming.follow().outcome == .accepted)
            #expect(try await ming.scan(code) == .event(appid: Street.appid))
            try await ming.unfollow()

            let calls = street.server.calls
            try #require(calls.map { $0.element("Event") } == ["subscribe", "SCAN", "unsubscribe"])
            #expect(
                calls.map { $0.element("EventKey") } == ["qrscene_store-042", "store-042", ""])
            #expect(calls[0].element("Ticket")?.hasPrefix("gQ") == true)
            #expect(calls[2].element("Ticket") == nil)
            for call in calls {
                #expect(call.method == "POST")
                #expect(call.contentType == "text/xml")
                #expect(call.element("ToUserName") == Street.originalID)
                #expect(call.element("FromUserName") == ming.openid(at: Street.appid))
                #expect(call.element("CreateTime") == "1716200000")
                #expect(call.query["openid"] == ming.openid(at: Street.appid))
                #expect(call.query["encrypt_type"] == nil)
            }
        }
    }

    @Test func `somebody who follows without a code has no scene, and twice is refused`()
        async throws
    {
        try await Street.with { street in
            let ming = try street.gateway.people.add("明")
            try await ming.follow()
            let call = try #require(street.server.calls.first)
            #expect(call.element("EventKey") == "")
            #expect(call.element("Ticket") == nil)
            await #expect(throws: Refusal.self) { try await ming.follow() }
            try await ming.unfollow()
            await #expect(throws: Refusal.self) { try await ming.send("hello?") }
        }
    }

    @Test func `what speaks no TLS cannot be reached by https`() async throws {
        try await Street.with { street in
            _ = try await street.fetch(
                "PUT", "/mock/accounts/\(Street.appid)",
                Array(
                    "{\"callback_url\": \"\(street.server.base.replacing("http:", with: "https:"))/\"}"
                        .utf8))
            let verified = try await street.gateway.verifyCallbackURL(of: Street.appid)
            #expect(!verified.isVerified)
            #expect(verified.words.contains("TLS is not accepted"), "\(verified.words)")
        }
    }

    @Test func `an expired code and a stranger's code push nothing`() async throws {
        try await Street.with { street in
            let answer = try await street.call("/cgi-bin/qrcode/create", CodeTests.temporary("a"))
            let url = try #require(answer["url"]?.string)
            let ming = try await street.fan("明")
            let before = street.server.calls.count
            #expect(try await ming.scan("https://example.com/menu") == .unknown)
            try street.gateway.advanceClock(by: .seconds(60))
            #expect(try await ming.scan(url) == .expired(appid: Street.appid))
            #expect(street.server.calls.count == before)
        }
    }

    @Test func `a text carries a message id of its own`() async throws {
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await ming.send("价格 <多少> ]]> & 谢谢")
            try await ming.send("在吗")
            let calls = street.server.calls.suffix(2)
            #expect(calls.first?.body.contains("价格 <多少> ]]]]><![CDATA[> & 谢谢") == true)
            let ids = Set(calls.compactMap { $0.element("MsgId").flatMap(Int64.init) })
            #expect(ids.count == 2)
        }
    }

    @Test func `the signature is the SHA-1 of token, timestamp and nonce`() async throws {
        try await Street.with { street in
            _ = try await street.fan("明")
            let query = try #require(street.server.calls.first?.query)
            let parts = ["QrDeskToken2024", query["timestamp"] ?? "", query["nonce"] ?? ""]
            #expect(query["signature"] == sha1(parts))
        }
    }

    @Test func `in safe mode nothing can be read but the receiver, and the plain signature stays`()
        async throws
    {
        try await Street.with(.safe) { street in
            _ = try await street.fan("明")
            let call = try #require(street.server.calls.first)
            #expect(call.element("Event") == nil)
            #expect(call.element("ToUserName") == Street.originalID)
            #expect(call.query["encrypt_type"] == "aes")
            let (time, nonce) = (call.query["timestamp"] ?? "", call.query["nonce"] ?? "")
            #expect(call.query["signature"] == sha1(["QrDeskToken2024", time, nonce]))
            let secret = try #require(call.element("Encrypt"))
            #expect(call.query["msg_signature"] == sha1(["QrDeskToken2024", time, nonce, secret]))
        }
    }

    @Test func `the compatible mode sends both forms`() async throws {
        try await Street.with(.compatible) { street in
            let ming = try await street.fan("明")
            let call = try #require(street.server.calls.first)
            #expect(call.element("Event") == "subscribe")
            #expect(call.element("Encrypt") != nil)
            #expect(call.query["encrypt_type"] == "aes")
            let words = "见 <Encrypt>…</Encrypt></xml> 这里"
            try await ming.send(words)
            let said = try #require(street.server.calls.last)
            #expect(said.element("Content") == words)
            #expect(said.body.components(separatedBy: "</xml>").count == 3)
            #expect(said.body.hasSuffix("]]></Encrypt></xml>"))
        }
    }

    @Test func `a server that fails gets the same body again with a fresh signature`() async throws
    {
        try await Street.with { street in
            let failures = Mutex(2)
            street.server.answer { _ in
                let fails = failures.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return fails ? .empty(.internalServerError) : .text("success")
            }
            let ming = try street.gateway.people.add("明")
            let delivery = try await ming.follow()
            #expect(delivery.outcome == .accepted)
            #expect(delivery.attempts.map(\.status) == [500, 500, 200])
            let calls = street.server.calls
            #expect(Set(calls.map(\.body)).count == 1)
            #expect(Set(calls.compactMap { $0.query["nonce"] }).count == 3)
            #expect(Set(calls.compactMap { $0.query["signature"] }).count == 3)
        }
    }

    @Test func `a server that stays silent is given up after three times, and the fan reads so`()
        async throws
    {
        try await Street.with(configure: { $0.callbackTimeout = .milliseconds(50) }) { street in
            street.server.answer { _ in
                try? await Task.sleep(for: .seconds(2))
                return .text("success")
            }
            let ming = try street.gateway.people.add("明")
            let delivery = try await ming.follow()
            #expect(delivery.outcome == .failed)
            #expect(delivery.attempts.count == 3)
            #expect(ming.inbox().map(\.origin) == [.notice])
            #expect(ming.inbox().first?.content == .text(Message.failureNotice))
        }
    }

    @Test func `a server that cannot be reached is named in the delivery`() async throws {
        try await Street.with { street in
            try street.limit { $0.callbackURL = "http://127.0.0.1:9/callbacks" }
            let ming = try street.gateway.people.add("明")
            let delivery = try await ming.follow()
            #expect(delivery.outcome == .failed)
            #expect(delivery.words.contains("cannot be reached"))
            try street.limit { $0.callbackURL = nil }
            #expect(try await ming.unfollow().outcome == .notConfigured)
        }
    }

    @Test(arguments: ["", "success"])
    func `success and an empty body show the fan nothing`(body: String) async throws {
        try await Street.with { street in
            street.server.answer { _ in .text(body) }
            let ming = try await street.fan("明")
            #expect(ming.inbox().isEmpty)
        }
    }

    @Test(arguments: [
        "{\"ok\":true}", "ok", "<xml>", "<html></html>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><xml><MsgType>text</MsgType></xml>",
        Self.reply("<MsgType>text</MsgType><Content>hi</Content>", to: "oWrong"),
        Self.reply("<MsgType>text</MsgType><Content></Content>"),
        Self.reply("<MsgType>telegram</MsgType>"),
        Self.reply("<MsgType>image</MsgType><Image><MediaId>gone</MediaId></Image>"),
        Self.reply("<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles></Articles>"),
        Self.reply("<MsgType>text</MsgType><Content>hi</Content>").replacing(
            "1716200001", with: "soon"),
    ])
    func `an answer that is no reply shows the fan that the service failed`(body: String)
        async throws
    {
        try await Street.with { street in
            let ming = try street.gateway.people.add("明")
            let openid = ming.openid(at: Street.appid)
            street.server.answer { _ in .text(body.replacing("OPENID", with: openid)) }
            let delivery = try await ming.follow()
            #expect(delivery.outcome == .wrongReply)
            #expect(ming.inbox().map(\.origin) == [.notice])
        }
    }

    @Test func `a passive reply arrives in the inbox`() async throws {
        try await Street.with { street in
            let ming = try street.gateway.people.add("明")
            let openid = ming.openid(at: Street.appid)
            let news = Self.reply(
                """
                <MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item>\
                <Title><![CDATA[秋]]></Title><Description>d</Description><PicUrl>http://p</PicUrl>\
                <Url>http://u</Url></item></Articles>
                """)
            street.server.answer { call in
                let text = Self.reply(
                    "<MsgType>text</MsgType><Content><![CDATA[欢迎 & 你好]]></Content>")
                let body = call.element("Event") == nil ? news : text
                return .text(body.replacing("OPENID", with: openid))
            }
            try await ming.follow()
            try await ming.send("菜单")
            #expect(ming.inbox().map(\.origin) == [.passiveReply, .passiveReply])
            #expect(ming.inbox().first?.content == .text("欢迎 & 你好"))
            let article = Message.Article(
                title: "秋", description: "d", url: "http://u", picurl: "http://p")
            #expect(ming.inbox().last?.content == .news([article]))
        }
    }

    @Test func `a plain reply in safe mode is wrong`() async throws {
        try await Street.with(.safe) { street in
            let ming = try street.gateway.people.add("明")
            let body = Self.reply("<MsgType>text</MsgType><Content>hi</Content>")
                .replacing("OPENID", with: ming.openid(at: Street.appid))
            street.server.answer { _ in .text(body) }
            #expect(try await ming.follow().words == "In safe mode a reply must be encrypted.")
        }
    }

    @Test func `the callback URL is verified by its echo`() async throws {
        try await Street.with { street in
            street.server.answer { call in .text(call.query["echostr"] ?? "") }
            let good = try await street.gateway.verifyCallbackURL(of: Street.appid)
            #expect(good.isVerified)
            let call = try #require(street.server.calls.last)
            #expect(call.method == "GET")
            #expect(
                call.query["signature"]
                    == sha1([
                        "QrDeskToken2024", call.query["timestamp"] ?? "", call.query["nonce"] ?? "",
                    ]))

            street.server.answer { call in .text("\"\(call.query["echostr"] ?? "")\"") }
            let bad = try await street.fetch("POST", "/mock/accounts/\(Street.appid)/verify")
            #expect(try bad.json["verified"] == false)
            #expect(try bad.json["words"]?.string?.contains("must answer exactly") == true)
        }
    }

    @Test func `a thousand people follow at once and each callback arrives`() async throws {
        try await Street.with { street in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<1000 {
                    let person = try street.gateway.people.add()
                    group.addTask { try await person.follow() }
                }
                try await group.waitForAll()
            }
            #expect(Set(street.server.calls.compactMap { $0.query["openid"] }).count == 1000)
        }
    }

    static func reply(_ content: String, to openid: String = "OPENID") -> String {
        """
        <xml><ToUserName><![CDATA[\(openid)]]></ToUserName>\
        <FromUserName><![CDATA[\(Street.originalID)]]></FromUserName>\
        <CreateTime>1716200001</CreateTime>\(content)</xml>
        """
    }
}
