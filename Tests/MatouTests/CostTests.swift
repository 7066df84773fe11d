import Matou
import SQL
import TestWorld
import Testing
import WeChat

@Suite struct `What the figures cost` {
    /// The program over a database that remembers what it was asked.
    private func traced(
        _ workshop: Workshop
    ) throws -> (installation: Installation, trace: TracedDatabase) {
        let trace = TracedDatabase(workshop.database)
        let installation = Installation(
            .init(
                database: trace, sealer: try Sealer(key: Array(repeating: 7, count: 32)),
                gateway: Gateway(http: workshop.wechat), locales: workshop.installation.locales,
                dataFolder: "/nowhere", clock: workshop.clock.wallClock, passwordCost: 4))
        return (installation, trace)
    }

    @Test func `no figure and no list reads the journal`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oMing", at: History.noon))
        let (installation, trace) = try traced(workshop)
        let stats = installation.stats
        _ = try await stats.report(of: code.id, ReportDays(last: 90), for: workshop.owner)
        _ = try await stats.totals(of: workshop.account.id, for: workshop.owner)
        _ = try await stats.shares(
            of: FigureFilter(.scans), on: workshop.account.id, for: workshop.owner)
        let day = Day(year: 2026, month: 11, day: 21)
        _ = try await stats.shares(
            of: FigureFilter(.scans, from: day), on: workshop.account.id, for: workshop.owner)
        _ = try await stats.days(
            of: workshop.account.id, ReportDays(last: 90), for: workshop.owner)
        for sort in QRCodeFilter.Sort.allCases {
            var filter = QRCodeFilter(account: workshop.account.id)
            filter.sort = sort
            _ = try await installation.qrCodes.page(filter, for: workshop.owner)
        }
        for group in ScannerFilter.Group.allCases {
            var filter = ScannerFilter()
            filter.group = group
            _ = try await stats.scanners(of: code.id, filter, for: workshop.owner)
        }
        let statements = trace.take()
        #expect(statements.count > 20)
        for statement in statements {
            #expect(!statement.contains(/\b(facts|fact_payloads)\b/), "\(statement)")
        }
    }

    private func plan(of statement: String, _ workshop: Workshop) async throws -> [String] {
        try await workshop.database.read { connection in
            // What is bound does not matter to the plan.
            try connection.rows(
                Statement(
                    verbatim: "EXPLAIN QUERY PLAN " + statement.replacing(/\?\d*/, with: "NULL"))
            ).map { try $0.get("detail", as: String.self) }
        }
    }

    @Test func `who is merged with whom is found by an index for each person, not among all`()
        async throws
    {
        let workshop = try await Workshop()
        let owner = workshop.owner
        let tag = try await workshop.installation.tags.makeContactTag(named: "会员", by: owner)
        let audience = try await workshop.installation.audiences.create(
            named: "展会", .following(true), by: owner)
        let (installation, trace) = try traced(workshop)
        for tag in [nil, tag.id] {
            var filter = ContactFilter()
            filter.account = workshop.account.id
            filter.tag = tag
            _ = try await installation.contacts.page(filter, for: owner)
        }
        _ = try await installation.audiences.members(of: audience.id, for: owner)
        let asking = Set(trace.take().filter { $0.contains("NOT EXISTS") })
        #expect(asking.count == 3)
        for statement in asking {
            for step in try await plan(of: statement, workshop) {
                #expect(!step.hasPrefix("SCAN"), "\(step) in \(statement)")
                #expect(!step.hasSuffix("(workspace_id=?)"), "\(step) in \(statement)")
            }
        }
    }

    @Test func `what one person does, or a member to one code, never reads a workspace through`()
        async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let trace = TracedDatabase(workshop.database)
        let traced = try workshop.over(trace)
        let code = try await traced.code()
        for (number, person) in ["oMing", "oLin"].enumerated() {
            for (second, kind) in [
                .subscribe(scene: code.scene), .scan(scene: code.scene), .unsubscribe,
                CallbackEvent.Kind.subscribe(scene: nil),
            ].enumerated() {
                try await traced.deliver(.init(kind, by: person, at: History.noon + Int64(second)))
            }
            try await traced.submit(
                form, mobile: "13800138000", by: person, after: Int64(number + 1))
        }
        let contact = try await traced.contact("oMing")
        let merges = try await traced.installation.contacts.merges(of: contact, for: traced.owner)
        try await traced.installation.contacts.undo(
            try #require(merges.first).id, by: traced.owner)
        var draft = QRCode.Draft(code)
        draft.source = "展会"
        _ = try await traced.installation.qrCodes.change(code.id, to: draft, by: traced.owner)
        _ = try await traced.installation.revisions.page(of: code.id, for: traced.owner)

        let statements = Set(trace.take())
        #expect(statements.count > 50)
        // What there is little of in a workspace is left out.
        let growing = try Regex(
            "facts|code_scanners|followers|contact|follower_taggings|reply_|import_lines|revisions|form_"
        )
        // The largest of an index is its last, which no plan says.
        for statement in statements
        where statement.contains("workspace_id") && !statement.contains("MAX(seq)") {
            for step in try await plan(of: statement, workshop)
            where step.contains(growing) && !step.contains("contact_tags") {
                #expect(!step.hasPrefix("SCAN"), "\(step) in \(statement)")
                #expect(!step.hasSuffix("(workspace_id=?)"), "\(step) in \(statement)")
            }
        }
    }

    @Test func `a figure's rows come by an index, never by reading a table through`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let (installation, trace) = try traced(workshop)
        let day = Day(year: 2026, month: 11, day: 21)
        for metric in Metric.allCases {
            for filter in [FigureFilter(metric)]
                + (metric.isDaily ? [try FigureFilter(metric, from: day)] : [])
            {
                _ = try await installation.stats.figure(
                    filter, of: code.id, for: workshop.owner)
            }
        }
        let statements = Set(trace.take())
        #expect(statements.count > Metric.allCases.count)
        for statement in statements {
            for step in try await plan(of: statement, workshop) {
                #expect(
                    !step.hasPrefix("SCAN") || step.contains("CONSTANT"),
                    "\(step) in \(statement)")
                #expect(!step.contains("TEMP B-TREE FOR ORDER BY"), "\(statement)")
                // Few among ten million facts: the index of a code's facts would not do.
                if statement.contains("'reply_failed'"), step.contains("facts") {
                    #expect(step.contains("facts_of_lost_replies (workspace_id=?"), "\(step)")
                    #expect(step.contains("AND kind=?"), "\(step)")
                }
            }
        }
    }
}
