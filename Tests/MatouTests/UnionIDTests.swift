import Matou
import TestWorld
import Testing

@Suite struct `Union ids` {
    private static let path = "/cgi-bin/user/info/batchget"

    private func world(isSecondAccount: Bool = true) async throws -> Workshop {
        let wechat = StubWeChat()
        wechat.answer(
            Self.path,
            #"""
            {"user_info_list":[
            {"subscribe":1,"openid":"oMing","unionid":"oUNION1","remark":"","tagid_list":[]},
            {"subscribe":1,"openid":"oMing2","unionid":"oUNION1","remark":"","tagid_list":[]},
            {"subscribe":1,"openid":"oLin","unionid":"oUNION2","remark":"","tagid_list":[]},
            {"subscribe":0,"openid":"oChen"}]}
            """#)
        let workshop = try await Workshop(wechat: wechat)
        if isSecondAccount {
            _ = try await workshop.secondAccount()
        }
        return workshop
    }

    private func follow(_ people: [String], _ workshop: Workshop) async throws {
        for person in people {
            try await workshop.deliver(
                .init(.subscribe(scene: nil), by: person, at: workshop.clock.now.seconds))
        }
        workshop.clock.advance(by: .seconds(30))
        try await workshop.doJobs()
    }

    @Test func `followers whom WeChat calls one person are one contact, until it is undone`()
        async throws
    {
        let workshop = try await world()
        try await follow(["oMing", "oMing2", "oLin", "oChen"], workshop)
        let ming = try await workshop.contact("oMing")
        #expect(Set(ming.followers.map(\.openid)) == ["oMing", "oMing2"])
        #expect(ming.keys == [ContactKey.unionID("oUNION1")])
        #expect(try await workshop.contact("oLin").followers.count == 1)
        let contacts = workshop.installation.contacts
        let merges = try await contacts.merges(of: ming, for: workshop.owner)
        try #require(merges.map(\.key.kind) == [.unionID])
        try await contacts.undo(merges[0].id, by: workshop.owner)
        try await follow(["oNew"], workshop)
        #expect(try await workshop.contact("oMing").followers.count == 1)
    }

    @Test func `nobody is asked for twice`() async throws {
        let workshop = try await world()
        try await follow(["oMing"], workshop)
        try await follow(["oLin"], workshop)
        let asked = workshop.wechat.bodies(of: Self.path)
        #expect(asked.count == 2)
        #expect(asked.filter { $0.contains("oMing") }.count == 1)
    }

    @Test func `are erased when their followers leave, and asked for again when they come back`()
        async throws
    {
        let workshop = try await world()
        func turn(_ kind: CallbackEvent.Kind, _ person: String) async throws {
            workshop.clock.advance(by: .seconds(60))
            try await workshop.deliver(
                .init(kind, by: person, at: workshop.clock.now.seconds))
            workshop.clock.advance(by: .seconds(30))
            try await workshop.doJobs()
        }
        try await follow(["oMing", "oMing2", "oLin"], workshop)
        try await turn(.unsubscribe, "oMing")
        // The other follower whom WeChat calls the same person has not left.
        #expect(try await workshop.contact("oMing").keys == [ContactKey.unionID("oUNION1")])
        try await turn(.unsubscribe, "oMing2")
        try await turn(.unsubscribe, "oLin")
        let left = try await workshop.contact("oMing")
        #expect(left.keys.isEmpty && left.followers.count == 2)
        #expect(try await workshop.contact("oLin").keys.isEmpty)

        try await turn(.subscribe(scene: nil), "oLin")
        #expect(try await workshop.contact("oLin").keys == [ContactKey.unionID("oUNION2")])
    }

    @Test func `stay with those who leave where an owner lets the workspace keep them`()
        async throws
    {
        let workshop = try await world()
        try await workshop.installation.workspaces.keepProfiles(true, by: workshop.owner)
        try await follow(["oLin"], workshop)
        workshop.clock.advance(by: .seconds(60))
        try await workshop.deliver(
            .init(.unsubscribe, by: "oLin", at: workshop.clock.now.seconds))
        #expect(try await workshop.contact("oLin").keys == [ContactKey.unionID("oUNION2")])
    }

    @Test func `a workspace of one account asks nothing, until there is a second`() async throws {
        let workshop = try await world(isSecondAccount: false)
        try await follow(["oMing", "oMing2"], workshop)
        #expect(workshop.wechat.bodies(of: Self.path).isEmpty)
        _ = try await workshop.installation.accounts.connect(
            .init(
                name: "外滩服务号", appID: "wx1111111111111111", secret: "secret",
                messageMode: "plain", isVerified: true), by: workshop.owner)
        try await follow(["oLin"], workshop)
        #expect(try await workshop.contact("oMing").followers.count == 2)
    }
}
