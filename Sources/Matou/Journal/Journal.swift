import SQL

/// The journal as integrators read it: what happened, the latest arrival first.
package struct Journal: Sendable {
    /// The order of every list of facts.
    package static let sort = "-seq"
    /// Facts that one page looks at: a rare kind makes short pages, never long reads.
    private static let lookedAtMax = 2000

    let database: any Database

    package struct Filter: Sendable, Equatable {
        package var kind: Fact.Kind?
        package var code: QRCode.ID?
        package var person: String?
        package var from: Timestamp?
        package var to: Timestamp?

        package init() {}

        func meets(_ fact: Fact) -> Bool {
            (kind.map { $0 == fact.kind } ?? true) && (code.map { $0 == fact.code } ?? true)
                && (person.map { $0 == fact.person } ?? true)
                && (from.map { $0 <= fact.occurredAt } ?? true)
                && (to.map { fact.occurredAt < $0 } ?? true)
        }
    }

    /// A page of facts. It may be short, even empty, and still have a next one.
    package func page(
        _ filter: Filter, after cursor: Cursor? = nil, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> Page<Fact> {
        try await database.read { connection in
            let facts = try connection.facts(
                of: principal.workspace, before: try cursor?.number ?? .max,
                limit: Self.lookedAtMax)
            var found: [Fact] = []
            for fact in facts where filter.meets(fact) {
                found.append(fact)
                if found.count == limit { break }
            }
            let last = found.count == limit ? found.last : facts.last
            let isOver = facts.count < Self.lookedAtMax && last?.seq == facts.last?.seq
            return Page(
                elements: found,
                next: isOver
                    ? nil
                    : last.map { Cursor(sort: Self.sort, key: String($0.seq), id: "") })
        }
    }
}
