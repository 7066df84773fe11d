import SQL

/// How many would be in an audience if it were made now.
package struct AudienceEstimate: Sendable, Equatable {
    /// People that are looked at for it: a page waits for the answer.
    package static let examinedMax = 10_000

    package let members: Int
    package let examined: Int
    /// Whether everybody was looked at; else `members` are those of the first `examined` people.
    package let isComplete: Bool
}

extension Audiences {
    /// - Throws: `Refusal.invalid`, as `create`; `Refusal.forbidden` below editor.
    package func estimate(
        _ condition: AudienceCondition, for principal: Principal
    ) async throws -> AudienceEstimate {
        try principal.require(.editor)
        try condition.check()
        try await checkNames(in: condition, for: principal)
        let everybody = AudienceCandidates(
            condition: condition, until: clock.now(), workspace: principal.workspace)
        return try await database.read { connection in
            var heads: Set<String> = []
            var examined = 0
            var place: String? = ""
            while let from = place, examined < AudienceEstimate.examinedMax {
                let portion = try everybody.portion(after: from, on: connection)
                for members in everybody.statements(
                    selecting: "h.head AS head", among: portion.candidates)
                {
                    for row in try connection.rows(members) { heads.insert(try row.get("head")) }
                }
                examined += portion.people
                place = portion.next
            }
            return AudienceEstimate(
                members: heads.count, examined: examined, isComplete: place == nil)
        }
    }
}
