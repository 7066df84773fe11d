import Foundation
import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

struct OverviewTests {
    @Test func `an empty account is led to its first scan`() async throws {
        let wharf = try await Wharfside()
        var owner = try await wharf.owner()
        let page = try await owner.get("/")
        #expect(page.contains("已完成 1 / 4"))
        #expect(page.contains("查看回调地址"))
        #expect(!page.contains("最近的二维码"))
    }

    @Test func `an account that WeChat refuses is not connected yet`() async throws {
        let wechat = StubWeChat()
        wechat.answer(
            "/cgi-bin/stable_token", #"{"errcode":40125,"errmsg":"invalid appsecret rid: 1"}"#)
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        var owner = try await wharf.owner()
        #expect(try await owner.get("/").contains("已完成 0 / 4"))
    }

    @Test func `the figures of the selected account are summed over its codes`() async throws {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let codes = [try await workshop.code(named: "甲"), try await workshop.code(named: "乙")]
        for (index, person) in ["oMing", "oLin", "oChen"].enumerated() {
            try await workshop.deliver(
                CallbackEvent(
                    .subscribe(scene: codes[index % 2].scene), by: person,
                    at: workshop.clock.now.seconds))
        }
        var owner = try await wharf.owner()
        let page = try await owner.get("/")
        #expect(page.contains("<b>3</b>"))
        #expect(page.contains("占扫码人数 100%"))
        #expect(page.contains("最近的二维码"))
        #expect(!page.contains("已完成"))
    }

    @Test func `the days of the account are charted, and open to the codes that make them`()
        async throws
    {
        let wharf = try await Wharfside()
        let workshop = wharf.workshop
        let codes = [try await workshop.code(named: "甲"), try await workshop.code(named: "乙")]
        for (index, person) in ["oMing", "oLin", "oChen"].enumerated() {
            try await workshop.deliver(
                CallbackEvent(
                    .subscribe(scene: codes[index % 2].scene), by: person,
                    at: workshop.clock.now.seconds))
        }
        let zone = TimeZone(identifier: "Asia/Shanghai") ?? .gmt
        let today = workshop.clock.now.day(in: zone).iso
        var owner = try await wharf.owner()
        let page = try await owner.get("/?days=7")
        #expect(page.contains(#"<a href="/?days=7" aria-current="true">"#))
        #expect(page.contains(#"<a href="/figures/scans?from=\#(today)">3</a>"#))
        #expect(page.text.components(separatedBy: #"href="/figures/scans?from="#).count == 8)

        let day = try await owner.get("/figures/scans?from=\(today)")
        #expect(day.contains(#"<span class="num">3</span>"#) && day.contains(today))
        #expect(
            day.contains("/qr-codes/\(codes[0].id)/figures/scans?from=\(today)&amp;to=\(today)"))
        let none = try await owner.get("/figures/scans?from=2026-01-01")
        #expect(none.contains(#"<span class="num">0</span>"#) && !none.contains(">甲<"))
        let backwards = "?from=2026-01-02&to=2026-01-01"
        let chart = try await owner.get("/" + backwards)
        #expect(chart.contains("开始不能晚于结束。") && chart.input("from") == "2026-01-02")
        let figure = try await owner.get("/figures/scans" + backwards)
        #expect(figure.status == 422 && figure.contains("开始不能晚于结束。"))
        #expect(figure.input("from") == "2026-01-02" && figure.input("to") == "2026-01-01")

        let client = try await Integrator(at: wharf)
        let query = "account_id=\(workshop.account.id)&from=\(today)&to=\(today)"
        let days = try await client.call(.get, "/stats/days?\(query)").json()["data"].elements
        #expect(days.map { $0["scans"] } == [3])
        let parts = try await client.call(.get, "/stats/scans?\(query)").json()["data"].elements
        #expect(parts.map { $0["figure"] } == [2, 1])
        #expect(try await client.call(.get, "/stats/days").status == 422)
    }

    @Test func `codes that WeChat did not make are pointed out`() async throws {
        let wechat = StubWeChat()
        let wharf = try await Wharfside(try await Workshop(wechat: wechat))
        wechat.answer("/cgi-bin/qrcode/create", #"{"errcode":45009,"errmsg":"quota"}"#)
        _ = try await wharf.workshop.code()
        var owner = try await wharf.owner()
        let page = try await owner.get("/")
        #expect(page.contains("有 1 个二维码创建失败"))
        #expect(page.contains("/qr-codes?status=creation_failed"))
    }

    @Test func `a viewer is offered nothing that is refused to viewers`() async throws {
        let wharf = try await Wharfside()
        _ = try await wharf.workshop.code()
        var viewer = try await wharf.member(.viewer)
        let page = try await viewer.get("/")
        #expect(page.status == 200)
        #expect(!page.contains(#"href="/qr-codes/new""#))
        #expect(!page.contains(#"href="/accounts/new""#))
    }
}
