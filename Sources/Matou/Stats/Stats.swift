import SQL

/// The figures of domain.md. They are read from what the journal's transactions keep, never from
/// the journal itself.
package struct Stats: Sendable {
    let database: any Database
    let clock: WallClock

    /// The figures of one code and its days, read from one state of the store.
    ///
    /// - Throws: `Refusal.missing`.
    package func report(
        of code: QRCode.ID, _ days: ReportDays, for principal: Principal
    ) async throws -> CodeReport {
        let now = clock.now()
        return try await database.read { connection in
            let workspace = principal.workspace
            guard try connection.hasQRCode(code, in: workspace) else { throw Refusal.missing }
            let today = try connection.day(of: now, in: workspace)
            let range = days.range(until: today)
            let known = try connection.days(
                of: code, from: range.lowerBound, through: range.upperBound, in: workspace)
            let ofToday =
                try known.first { $0.day == today }?.counts
                ?? connection.days(of: code, from: today, through: today, in: workspace)
                .first?.counts
            return CodeReport(
                counts: try connection.counts(of: [code], in: workspace)[code] ?? CodeCounts(),
                today: ofToday ?? CodeCounts(),
                days: CodeReport.days(known, in: range),
                replyFailures: try connection.replyFailures(of: code, in: workspace))
        }
    }

    /// A page of the people who scanned a code.
    ///
    /// - Throws: `Refusal.missing`.
    package func scanners(
        of code: QRCode.ID, _ filter: ScannerFilter, after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Scanner> {
        try await database.read { connection in
            guard try connection.hasQRCode(code, in: principal.workspace) else {
                throw Refusal.missing
            }
            return try connection.scanners(
                of: code, filter, after: cursor, limit: limit, in: principal.workspace)
        }
    }

    /// The sums over all codes of an account, for the overview.
    package func totals(
        of account: Account.ID, for principal: Principal
    ) async throws -> CodeCounts {
        try await database.read { try $0.totals(of: account, in: principal.workspace) }
    }

    /// The same by day, without gaps, oldest first.
    ///
    /// - Throws: `Refusal.missing`.
    package func days(
        of account: Account.ID, _ days: ReportDays, for principal: Principal
    ) async throws -> [CodeReport.OneDay] {
        let now = clock.now()
        return try await database.read { connection in
            let workspace = principal.workspace
            guard try connection.account(account, in: workspace) != nil else {
                throw Refusal.missing
            }
            let range = days.range(until: try connection.day(of: now, in: workspace))
            let known = try connection.days(
                of: account, from: range.lowerBound, through: range.upperBound, in: workspace)
            return CodeReport.days(known, in: range)
        }
    }

    /// Drops every aggregate of the workspace and counts it again from the journal.
    package func rebuild(for principal: Principal) async throws {
        try principal.require(.owner)
        try await database.write { try $0.rebuildAggregates(of: principal.workspace) }
    }
}

/// What the page of a code shows in figures.
package struct CodeReport: Sendable, Equatable {
    package let counts: CodeCounts
    /// Those of today, whatever days are shown.
    package let today: CodeCounts
    /// Without gaps, oldest first.
    package let days: [OneDay]
    /// Why reply items did not arrive, the most frequent reason first.
    package let replyFailures: [ReplyFailure]

    package struct OneDay: Sendable, Equatable {
        package let day: Day
        package let counts: CodeCounts
    }
}

extension CodeReport {
    /// Every day of the range, those on which nothing happened too.
    fileprivate static func days(
        _ known: [(day: Day, counts: CodeCounts)], in range: ClosedRange<Day>
    ) -> [OneDay] {
        let counts = Dictionary(
            known.map { ($0.day, $0.counts) }, uniquingKeysWith: { first, _ in first })
        return (range.lowerBound.daysSinceEpoch...range.upperBound.daysSinceEpoch).map { number in
            let day = Day(daysSinceEpoch: number)
            return OneDay(day: day, counts: counts[day] ?? CodeCounts())
        }
    }
}
