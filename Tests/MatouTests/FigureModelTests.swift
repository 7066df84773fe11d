import Foundation
import HTTPClient
import Matou
import TestSupport
import TestWorld
import Testing

/// Random histories, told in random orders with repeats, against a recount that reads like the
/// definitions.
@Suite struct `The figures against a recount` {
    /// `MATOU_HISTORIES` chooses how many; the seed names a failure.
    static let histories =
        ProcessInfo.processInfo.environment["MATOU_HISTORIES"].flatMap(UInt64.init) ?? 10_000
    private static let atOnce: UInt64 = 16

    @Test func `any order and repetition of the same facts gives the figures of a recount`()
        async throws
    {
        let workshop = try await Workshop()
        // Side by side, so that they share commits; within a history one after the other.
        try await withThrowingTaskGroup { tellers in
            for teller in 0..<Self.atOnce {
                tellers.addTask {
                    for seed in stride(from: teller, to: Self.histories, by: Int(Self.atOnce)) {
                        try await tell(seed, workshop)
                    }
                }
            }
            try await tellers.waitForAll()
        }
        #expect(try await workshop.heads() == workshop.recountedHeads())
        let before = try await workshop.aggregates()
        try await workshop.installation.stats.rebuild(for: workshop.owner)
        let after = try await workshop.aggregates()
        for (table, rows) in before {
            #expect(!rows.isEmpty || table == "code_reply_failures")
            #expect(after[table] == rows, "\(table) counted anew")
        }
    }

    @Test
    func `an audience has as many people as its members are by now, whoever is merged or parted`()
        async throws
    {
        let workshop = try await Workshop()
        var crowds: [Submitters] = []
        for seed in UInt64(0)..<30 { crowds.append(try await tell(seed, workshop)) }
        let audiences = workshop.installation.audiences
        let audience = try await audiences.create(
            named: "全部", .any([.following(true), .following(false)]), by: workshop.owner)
        try await workshop.doJobs()
        var chance = SeededGenerator(seed: 7)
        var counts: Set<Int> = []
        for _ in 0..<150 {
            let index = Int.random(in: crowds.indices, using: &chance)
            try await crowds[index].act(workshop, using: &chance)
            let people = try await audiences.find(audience.id, for: workshop.owner).people
            #expect(try await people == workshop.recountedPeople(of: audience.id))
            counts.insert(people)
        }
        #expect(counts.count > 5, "people were merged and parted")
        #expect(try await workshop.heads() == workshop.recountedHeads())
    }

    @Test func `in another time zone every day has what a recount has there`() async throws {
        let zone = "America/New_York"
        let workshop = try await Workshop()
        let workspaces = workshop.installation.workspaces
        var told: [(seed: UInt64, code: QRCode, history: History)] = []
        for seed in UInt64(0)..<20 {
            var chance = SeededGenerator(seed: seed)
            let code = try await workshop.code(named: "时\(seed)")
            let history = History.random(
                codes: [code.scene], suffix: "-z\(seed)", using: &chance)
            for (number, event) in history.deliveries(using: &chance).enumerated() {
                // In the middle of them; some of what follows is counted by the old zone still.
                if seed == 10, number == 3 {
                    try await workspaces.changeTimeZone(to: zone, by: workshop.owner)
                }
                try await workshop.deliver(event)
            }
            told.append((seed, code, history))
        }
        #expect(try await workspaces.movedDays(for: workshop.owner) == 0)
        try await workshop.doJobs()
        #expect(try await workspaces.movedDays(for: workshop.owner) == nil)
        workshop.clock.advance(by: .seconds(300))
        try await workshop.doJobs()
        for (seed, code, history) in told {
            let report = try await workshop.report(of: code, days: 5, through: History.lastDay)
            #expect(report.counts == history.recount(scene: code.scene), "seed \(seed)")
            for day in report.days {
                let expected = history.recount(scene: code.scene, day: day.day, in: zone)
                #expect(day.counts == expected, "seed \(seed), \(day.day.number)")
            }
            try await open(code, report, seed, workshop)
        }
        let moved = try await workshop.aggregates()
        try await workshop.installation.stats.rebuild(for: workshop.owner)
        let anew = try await workshop.aggregates()
        for (table, rows) in moved { #expect(anew[table] == rows, "\(table) counted anew") }
    }

    @Test func `the replies of a history are counted as WeChat took them, and counted anew`()
        async throws
    {
        let wechat = StubWeChat()
        wechat.answer("/cgi-bin/message/custom/send") { request in
            String(decoding: request.body, as: UTF8.self).contains("oChen")
                ? #"{"errcode":45047,"errmsg":"out of response count limit"}"#
                : #"{"errcode":0,"errmsg":"ok"}"#
        }
        let workshop = try await Workshop(wechat: wechat)
        var told: [(seed: UInt64, code: QRCode, history: History)] = []
        for seed in UInt64(0)..<12 {
            var chance = SeededGenerator(seed: seed)
            let code = try await workshop.code(
                named: "答\(seed)", reply: [.text("一"), .text("二")])
            let history = History.random(
                codes: [code.scene], suffix: "-r\(seed)", using: &chance)
            for event in history.deliveries(using: &chance) { try await workshop.deliver(event) }
            told.append((seed, code, history))
        }
        try await workshop.doJobs()
        for (seed, code, history) in told {
            let expected = history.recount(scene: code.scene, items: 2, refused: "oChen")
            let counts = try await workshop.counts(of: code)
            #expect(counts == expected, "seed \(seed)")
            #expect(counts.checkInvariants(), "seed \(seed)")
        }
        let before = try await workshop.aggregates()
        #expect(before["code_reply_failures"]?.isEmpty == false)
        try await workshop.installation.stats.rebuild(for: workshop.owner)
        let after = try await workshop.aggregates()
        for (table, rows) in before { #expect(after[table] == rows, "\(table) counted anew") }
    }

    @discardableResult
    private func tell(_ seed: UInt64, _ workshop: Workshop) async throws -> Submitters {
        var chance = SeededGenerator(seed: seed)
        let codes = [
            try await workshop.code(named: "甲\(seed)"), try await workshop.code(named: "乙\(seed)"),
        ]
        let history = History.random(
            codes: codes.map(\.scene), suffix: "-\(seed)", using: &chance)
        var submitters = try await Submitters(of: seed, workshop)
        for event in history.deliveries(using: &chance) {
            switch Int.random(in: 0..<20, using: &chance) {
            case 0:
                let code = codes[Int.random(in: codes.indices, using: &chance)]
                try await change(code, workshop, using: &chance)
            case 1: try await submitters.act(workshop, using: &chance)
            default: break
            }
            try await workshop.deliver(event)
        }
        #expect(try await submitters.areOneByTheirNumbers(workshop), "seed \(seed)")

        for code in codes {
            let report = try await workshop.report(of: code, days: 3, through: History.lastDay)
            let expected = history.recount(scene: code.scene)
            #expect(report.counts == expected, "seed \(seed)")
            #expect(report.counts.checkInvariants(), "seed \(seed)")
            for day in report.days {
                let expected = history.recount(scene: code.scene, day: day.day)
                #expect(day.counts == expected, "seed \(seed), \(day.day.number)")
            }
            try await open(code, report, seed, workshop)
        }
        return submitters
    }

    /// What a member does to a code meanwhile: none of it may touch a figure.
    private func change(
        _ code: QRCode, _ workshop: Workshop, using chance: inout SeededGenerator
    ) async throws {
        let codes = workshop.installation.qrCodes
        let found = try await codes.find(evenDeleted: code.id, for: workshop.owner)
        if found.deletedAt != nil {
            _ = try await codes.restore(code.id, by: workshop.owner)
        } else if Bool.random(using: &chance) {
            try await codes.delete(code.id, by: workshop.owner)
        } else {
            var draft = QRCode.Draft(found)
            draft.source = "来源\(Int.random(in: 0..<100, using: &chance))"
            draft.contactTags = ["会员"]
            _ = try await codes.change(code.id, to: draft, by: workshop.owner)
        }
    }

    /// Every figure opens to as many rows as it says, of all time and of each day.
    private func open(
        _ code: QRCode, _ report: CodeReport, _ seed: UInt64, _ workshop: Workshop
    ) async throws {
        for metric in Metric.allCases {
            let whole = try await workshop.figure(.init(metric), of: code)
            #expect(whole.figure == report.counts[metric], "seed \(seed), \(metric)")
            #expect(whole.rows.count == whole.figure, "seed \(seed), \(metric)")
            guard metric.isDaily, seed.isMultiple(of: 10) else { continue }
            for day in report.days {
                let part = try await workshop.figure(.init(metric, from: day.day), of: code)
                #expect(part.figure == day.counts[metric], "seed \(seed), \(metric)")
                #expect(
                    part.rows.count == part.figure, "seed \(seed), \(metric), \(day.day.number)")
            }
        }
    }
}

@Suite struct `A figure opened` {
    @Test func `its rows come in pages that neither repeat nor miss one`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        for number in 0..<25 {
            let at = History.noon - Int64(number / 5)
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: "o\(number)", at: at))
        }
        for metric in [Metric.scans, .scanners, .newScanners, .newFollowers] {
            let opened = try await workshop.figure(.init(metric), of: code, limit: 7)
            #expect(opened.figure == 25, "\(metric)")
            #expect(Set(opened.rows.map(\.openid)).count == 25, "\(metric)")
            #expect(opened.rows.count == 25, "\(metric)")
        }
    }

    @Test func `a deleted code keeps its rows, and later scans are marked`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: now - 10))
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oLin", at: now + 10))
        let rows = try await workshop.figure(.init(.scans), of: code).rows
        #expect(rows.map(\.openid) == ["oLin", "oMing"])
        #expect(rows.map(\.codeState) == [.deleted, .inEffect])
    }

    @Test func `the parts of the codes add up to the figure of the account`() async throws {
        let workshop = try await Workshop()
        let codes = [try await workshop.code(named: "甲"), try await workshop.code(named: "乙")]
        for (index, person) in ["oMing", "oLin", "oChen"].enumerated() {
            try await workshop.deliver(
                .init(.scan(scene: codes[index % 2].scene), by: person, at: History.noon))
        }
        try await workshop.installation.qrCodes.delete(codes[1].id, by: workshop.owner)
        let stats = workshop.installation.stats
        let (figure, shares) = try await stats.shares(
            of: FigureFilter(.scans), on: workshop.account.id, for: workshop.owner)
        #expect(figure == 3)
        #expect(shares.elements.map(\.figure) == [2, 1])
        #expect(shares.elements.map(\.isDeleted) == [false, true])
    }

    @Test func `an account's days are those of its codes, and open to the codes of each day`()
        async throws
    {
        let workshop = try await Workshop()
        let codes = [try await workshop.code(named: "甲"), try await workshop.code(named: "乙")]
        for (index, person) in ["oMing", "oLin", "oChen", "oWang", "oZhou"].enumerated() {
            // The last of them on the day before.
            let at = History.noon - (index == 4 ? 86_400 : 0)
            try await workshop.deliver(
                .init(.subscribe(scene: codes[index % 2].scene), by: person, at: at))
        }
        try await workshop.installation.qrCodes.delete(codes[1].id, by: workshop.owner)
        let (stats, account) = (workshop.installation.stats, workshop.account.id)
        let first = Timestamp(seconds: History.noon - 86_400).day(
            in: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)
        let days = try await stats.days(
            of: account,
            ReportDays(from: first, to: first.advanced(by: 2), today: first), for: workshop.owner)
        #expect(days.map(\.day) == [first, first.advanced(by: 1), first.advanced(by: 2)])
        #expect(days.map(\.counts.scans) == [1, 4, 0])
        #expect(days.map(\.counts.newFollowers) == [1, 4, 0])
        for metric in Metric.allCases where metric.isDaily {
            for day in days {
                let filter = try FigureFilter(metric, from: day.day)
                var (figures, cursor): ([Int], Cursor?) = ([], nil)
                repeat {
                    let (figure, page) = try await stats.shares(
                        of: filter, on: account, after: cursor, limit: 1, for: workshop.owner)
                    #expect(figure == day.counts[metric], "\(metric)")
                    figures += page.elements.map(\.figure)
                    cursor = page.next
                } while cursor != nil
                #expect(figures.reduce(0, +) == day.counts[metric], "\(metric) \(figures)")
                #expect(figures == figures.sorted(by: >), "\(metric)")
            }
        }
        await #expect(throws: Refusal.missing) {
            _ = try await stats.days(
                of: Account.ID("ac_none"), ReportDays(last: 7), for: workshop.owner)
        }
    }

    @Test func `days are refused where a figure has none, and backwards`() async throws {
        let day = Day(year: 2026, month: 11, day: 21)
        #expect(throws: Refusal.self) { try FigureFilter(.repliesReceived, from: day) }
        #expect(throws: Refusal.self) {
            try FigureFilter(.scans, from: day, to: day.advanced(by: -1))
        }
    }
}

extension Workshop {
    /// The figure with all of its rows, read page by page.
    func figure(
        _ filter: FigureFilter, of code: QRCode, limit: Int = 200
    ) async throws -> (figure: Int, rows: [FigureRow]) {
        var rows: [FigureRow] = []
        var cursor: Cursor?
        while true {
            let page = try await installation.stats.figure(
                filter, of: code.id, after: cursor, limit: limit, for: owner)
            rows += page.rows.elements
            guard let next = page.rows.next else { return (page.figure, rows) }
            cursor = next
        }
    }
}
