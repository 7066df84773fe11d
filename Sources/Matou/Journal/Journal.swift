import SQL

/// The journal as integrators read it: what happened.
package struct Journal: Sendable {
    /// By arrival: facts are numbered in the order in which they are written.
    package enum Order: String, Sendable, CaseIterable {
        case latestFirst = "-seq"
        /// Its pages always have a next one, which goes on with what has arrived by then.
        case arrival = "seq"
    }

    /// Facts that one page looks at: a rare kind makes short pages, never long reads.
    private static let lookedAtMax = 2000

    let database: any Database

    package struct Filter: Sendable, Equatable {
        package var kind: Fact.Kind?
        package var account: Account.ID?
        package var code: QRCode.ID?
        package var person: String?
        package var from: Timestamp?
        package var to: Timestamp?

        package init() {}

        func meets(_ fact: Fact) -> Bool {
            (kind.map { $0 == fact.kind } ?? true)
                && (account.map { $0 == fact.account } ?? true)
                && (code.map { $0 == fact.code } ?? true)
                && (person.map { $0 == fact.person } ?? true)
                && (from.map { $0 <= fact.occurredAt } ?? true)
                && (to.map { fact.occurredAt < $0 } ?? true)
        }
    }

    /// A page of facts. It may be short, even empty, and still have a next one.
    package func page(
        _ filter: Filter, _ order: Order = .latestFirst, after cursor: Cursor? = nil,
        limit: Int = PageLimit.standard, for principal: Principal
    ) async throws -> Page<Fact> {
        let place = try cursor?.number
        return try await database.read { connection in
            let facts =
                switch order {
                case .latestFirst:
                    try connection.facts(
                        of: principal.workspace, before: place ?? .max, limit: Self.lookedAtMax)
                case .arrival:
                    try connection.facts(
                        of: principal.workspace, after: place ?? 0, limit: Self.lookedAtMax)
                }
            let found = Array(facts.lazy.filter(filter.meets).prefix(limit))
            let last = (found.count == limit ? found.last : facts.last)?.seq
            let isOver = facts.count < Self.lookedAtMax && last == facts.last?.seq
            let next = order == .arrival ? last ?? place ?? 0 : isOver ? nil : last
            return Page(
                elements: found,
                next: next.map { Cursor(sort: order.rawValue, key: String($0), id: "") })
        }
    }
}
