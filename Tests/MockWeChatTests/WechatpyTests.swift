import Foundation
import FoundationNetworking
import MockWeChat
import TestSupport
import Testing

/// wechatpy, a client that shares nothing with ours, agrees with the gateway about WeChat.
@Suite struct WechatpyTests {
    @Test func `every official-account call of wechatpy works and its answer parses`() async throws
    {
        let python = try await Python.withWechatpy()
        try await Street.with { street in
            let ming = try await street.fan("明")
            try await ming.send("在吗")
            let (status, output) = try await python.run(
                "calls.py", street.base, Street.appid, Street.secret, ming.openid(at: Street.appid))
            #expect(status == 0, "\(output)")
            #expect(output.contains("ok:"))
        }
    }

    @Test(arguments: OfficialAccount.Mode.allCases)
    func `every callback is checked, decrypted and parsed by wechatpy, and its reply is understood`(
        mode: OfficialAccount.Mode
    ) async throws {
        let python = try await Python.withWechatpy()
        try await Street.with(mode) { street in
            let receiver = try python.start(
                "receiver.py", mode.rawValue, "QrDeskToken2024", Street.key, Street.appid)
            defer { receiver.kill() }
            let base = "http://127.0.0.1:\(try await receiver.firstLine())"
            try street.limit { $0.callbackURL = "\(base)/callbacks" }
            #expect(try await street.gateway.verifyCallbackURL(of: Street.appid).isVerified)

            let code = try await street.code("门店 042")
            let ming = try street.gateway.people.add("明")
            try await ming.scan(code)
            for delivery in [
                try await ming.follow(), try await ming.send("价格 ]]> <多少>"),
                try await ming.unfollow(), try await ming.follow(),
            ] {
                #expect(delivery.outcome == .accepted, "\(delivery)")
            }
            try await ming.scan(code)

            let url = try #require(URL(string: "\(base)/parsed"))
            let (data, _) = try await URLSession.shared.data(from: url)
            let parsed = try JSON(parsing: Array(data)).array ?? []
            try #require(
                parsed.map { $0["class"]?.string } == [
                    "SubscribeScanEvent", "TextMessage", "UnsubscribeEvent", "SubscribeEvent",
                    "ScanEvent",
                ], "\(parsed)")
            #expect(parsed.first?["scene_id"] == "门店 042")
            #expect(parsed.last?["scene_id"] == "门店 042")
            #expect(parsed[1]["content"] == "价格 ]]> <多少>")
            #expect(parsed.allSatisfy { $0["time"] == 1_716_200_000 })
            #expect(ming.inbox().map(\.content) == [.text("收到：价格  <多少>")])
        }
    }
}
