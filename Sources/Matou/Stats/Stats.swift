import SQL

/// The figures of domain.md. They are read from what the journal's transactions keep, never from
/// the journal itself.
package struct Stats: Sendable {
    let database: any Database
    let clock: WallClock

    /// The figures of one code and its days, read from one state of the store.
    ///
    /// - Parameters:
    ///   - days: how many days to show, the last one included.
    ///   - last: the last day, today if left out.
    /// - Throws: `Refusal.missing`.
    package func report(
        of code: QRCode.ID, days: Int, through last: Day? = nil, for principal: Principal
    ) async throws -> CodeReport {
        let now = clock.now()
        return try await database.read { connection in
            guard try connection.hasQRCode(code, in: principal.workspace) else {
                throw Refusal.missing
            }
            let last = try last ?? connection.day(of: now, in: principal.workspace)
            let first = last.advanced(by: 1 - days)
            let known = try connection.days(
                of: code, from: first, through: last, in: principal.workspace)
            let byDay = Dictionary(
                known.map { ($0.day, $0.counts) }, uniquingKeysWith: { first, _ in first })
            return CodeReport(
                counts: try connection.counts(of: [code], in: principal.workspace)[code]
                    ?? CodeCounts(),
                days: (0..<days).map { offset in
                    let day = first.advanced(by: offset)
                    return CodeReport.OneDay(day: day, counts: byDay[day] ?? CodeCounts())
                })
        }
    }

    /// What became of a code's reply items.
    package func replyDelivery(
        of code: QRCode.ID, for principal: Principal
    ) async throws -> ReplyDelivery {
        try await database.read { try $0.replyDelivery(of: code, in: principal.workspace) }
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
    /// Without gaps, oldest first; the last is today.
    package let days: [OneDay]

    package struct OneDay: Sendable, Equatable {
        package let day: Day
        package let counts: CodeCounts
    }

    package var today: CodeCounts { days.last?.counts ?? CodeCounts() }
}
