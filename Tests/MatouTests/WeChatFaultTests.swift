import HTTPClient
import Matou
import TestWorld
import Testing

@Suite struct `What WeChat refuses` {
    private func said(_ fault: WeChatFault) throws -> [String] {
        let locales = try ProjectFolder.locales
        return Language.allCases.map { fault.explanation(locales, in: $0) }
    }

    @Test func `names the address that WeChat did not let in`() throws {
        let words = "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 6650b4a1"
        let said = try said(.refused(code: 40164, words: words))
        #expect(said.allSatisfy { $0.contains(" 203.0.113.9 ") })
    }

    @Test(arguments: ["ip", "invalid ip", "invalid ip <script>, not in whitelist"])
    func `is told in WeChat's own words where they are odd`(_ words: String) throws {
        #expect(try said(.refused(code: 40164, words: words)).allSatisfy { $0.contains(words) })
    }

    @Test(arguments: [
        -1, 40001, 40002, 40003, 40004, 40005, 40006, 40007, 40008, 40009, 40010, 40011, 40012,
        40013, 40014, 40031, 40032, 40033, 40035, 40052, 40053, 40113, 40125, 40137, 40164, 40165,
        40166, 41001, 41002, 41004, 41005, 41006, 42001, 43001, 43002, 43003, 43004, 43019, 44001,
        44002, 44003, 44004, 45001, 45002, 45003, 45004, 45005, 45006, 45007, 45008, 45009, 45011,
        45015, 45029, 45047, 45056, 45057, 45058, 45059, 45072, 45080, 45081, 45157, 45158, 45159,
        46001, 46004, 47001, 48001, 48002, 48004, 48006, 48008, 49003, 50001, 50002, 50005, 53600,
        61450,
        76021, 76022,
    ])
    func `has a sentence for every code that can come`(_ code: Int) throws {
        let said = try said(.refused(code: code, words: "what?"))
        #expect(Set(said).count == 2 && said.allSatisfy { !$0.contains("\(code)") })
    }

    @Test func `is told with WeChat's number and words when nobody knows the code`() throws {
        #expect(
            try said(.refused(code: 99_999, words: "what?")) == [
                "微信拒绝了这次操作（错误 99999：what?）。", "WeChat refused (error 99999: what?).",
            ])
    }

    @Test func `is told in WeChat's words as they are, though they look like a place for others`()
        throws
    {
        let words = "{{code}} and {{words}}"
        #expect(
            try said(.refused(code: 99_999, words: words)) == [
                "微信拒绝了这次操作（错误 99999：\(words)）。", "WeChat refused (error 99999: \(words)).",
            ])
    }

    @Test(arguments: [
        WeChatFault.interrupted, .noAnswer(.timedOut), .noAnswer(.connectionLost),
        .noAnswer(.cancelled),
    ])
    func `is no doubt where a code was asked for, which may be asked for again`(
        _ fault: WeChatFault
    ) throws {
        let locales = try ProjectFolder.locales
        #expect(try said(fault)[1].contains("retry") == true)
        let words = fault.explanation(locales, in: .english, of: .code)
        #expect(words.contains("asking again is for the same code"))
        let refused = WeChatFault.refused(code: 45009, words: "")
        #expect(
            refused.explanation(locales, in: .english, of: .code)
                == refused.explanation(locales, in: .english))
    }

    @Test func `is told apart from calls that had no answer, each with its reason`() async throws {
        let wechat = StubWeChat()
        let workshop = try await Workshop(wechat: wechat)
        let code = try await workshop.code(reply: [.text("欢迎")])
        let reasons: [TransportFailure.Reason] = [.timedOut, .timedOut, .connectionLost]
        for (index, reason) in reasons.enumerated() {
            wechat.answer("/cgi-bin/message/custom/send") { _ throws(TransportFailure) in
                throw TransportFailure(reason, .unknown)
            }
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oMing", at: 1000 + Int64(index)))
            try await workshop.doJobs()
        }
        let failures = try await workshop.report(of: code, days: 1).replyFailures
        #expect(failures.map(\.fault) == [.noAnswer(.timedOut), .noAnswer(.connectionLost)])
        #expect(failures.map(\.count) == [2, 1])
        #expect(failures.allSatisfy { $0.state == .unknown && $0.fault.answer == nil })
    }
}
