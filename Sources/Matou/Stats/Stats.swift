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
            let last = days.last ?? today
            let first = last.advanced(by: 1 - days.count)
            let known = try connection.days(
                of: code, from: first, through: last, in: workspace)
            let byDay = Dictionary(
                known.map { ($0.day, $0.counts) }, uniquingKeysWith: { first, _ in first })
            let ofToday =
                try byDay[today]
                ?? connection.days(of: code, from: today, through: today, in: workspace)
                .first?.counts
            return CodeReport(
                counts: try connection.counts(of: [code], in: workspace)[code] ?? CodeCounts(),
                today: ofToday ?? CodeCounts(),
                days: (0..<days.count).map { offset in
                    let day = first.advanced(by: offset)
                    return CodeReport.OneDay(day: day, counts: byDay[day] ?? CodeCounts())
                },
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
