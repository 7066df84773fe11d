import Matou
import SQL
import TestWorld
import Testing

@Suite struct `The figures of a code` {
    @Test func `a follow through a code is a scan, a new scanner and a new follower`() async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: 1000))

        let counts = try await workshop.counts(of: code)
        #expect(counts.scans == 1 && counts.scanners == 1)
        #expect(counts.newScanners == 1 && counts.newFollowers == 1 && counts.unfollowed == 0)
    }

    @Test func `a follower who scans is an existing scanner and no new follower`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oMing", at: 1000))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: 1001))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: 1002))

        let counts = try await workshop.counts(of: code)
        #expect(counts.scans == 2 && counts.scanners == 1 && counts.existingScanners == 1)
        #expect(counts.newFollowers == 0)
    }

    @Test func `a redelivered event changes nothing`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let event = CallbackEvent(.scan(scene: code.scene), by: "oMing", at: 1000)
        #expect(try await workshop.deliver(event) == .recorded(willReply: false))
        for _ in 1...4 { #expect(try await workshop.deliver(event) == .repeated) }
        #expect(try await workshop.counts(of: code).scans == 1)
    }

    @Test func `who leaves after the scan is unfollowed, until they come back`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: 1000))
        try await workshop.deliver(.init(.unsubscribe, by: "oMing", at: 2000))
        #expect(try await workshop.counts(of: code).unfollowed == 1)
        #expect(try await workshop.scanners(of: code, .unfollowed).map(\.openid) == ["oMing"])

        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oMing", at: 3000))
        #expect(try await workshop.counts(of: code).unfollowed == 0)
        #expect(try await workshop.counts(of: code).newFollowers == 1)
    }

    @Test func `a late, earlier follow takes the new follower away from the code`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: 2000))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oMing", at: 1000))
        #expect(try await workshop.counts(of: code).newFollowers == 0)
    }

    @Test(arguments: [CallbackEvent.Kind.unsubscribe, .scan(scene: "")], [true, false])
    func `whoever scanned as a follower, or left, before a follow is no new follower by it`(
        sign: CallbackEvent.Kind, isLate: Bool
    ) async throws {
        let workshop = try await Workshop()
        let (old, new) = (
            try await workshop.code(named: "甲"), try await workshop.code(named: "乙")
        )
        let kind: CallbackEvent.Kind =
            if case .scan = sign { .scan(scene: old.scene) } else { sign }
        let events = [
            CallbackEvent(kind, by: "oMing", at: 1000),
            CallbackEvent(.subscribe(scene: new.scene), by: "oMing", at: 2000),
        ]
        for event in isLate ? events.reversed() : events { try await workshop.deliver(event) }
        let counts = try await workshop.counts(of: new)
        #expect(counts.newFollowers == 0 && counts.newScanners == 1)
        #expect(try await workshop.contact("oMing").source == nil)
        #expect(try await workshop.figure(.init(.newFollowers), of: new).rows.isEmpty)
    }

    @Test func `a scan in the second of the first follow came after it`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: 1000))
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: 1000))
        #expect(try await workshop.counts(of: code).newFollowers == 1)
    }

    @Test func `a scan before the start is counted and not answered`() async throws {
        let workshop = try await Workshop()
        let now = workshop.clock.now
        let code = try await workshop.code(reply: [.text("欢迎")], startsAt: now + .seconds(3600))
        #expect(
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oMing", at: now.seconds + 1))
                == .recorded(willReply: false))
        #expect(
            try await workshop.deliver(
                .init(.scan(scene: code.scene), by: "oMing", at: now.seconds + 3601))
                == .recorded(willReply: true))
        #expect(try await workshop.counts(of: code).scans == 2)
    }

    @Test func `a scan after the deletion is counted and not answered`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code(reply: [.text("欢迎")])
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        let at = workshop.clock.now.seconds + 1
        #expect(
            try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: at))
                == .recorded(willReply: false))
        let scans: Int? = try await workshop.database.read {
            try $0.value("SELECT scans FROM code_counts WHERE code_id = \(code.id)")
        }
        #expect(scans == 1)
    }
}
