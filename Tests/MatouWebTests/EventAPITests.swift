import HTTP
import Matou
import TestSupport
import TestWorld
import Testing

@testable import MatouWeb

/// The journal over the API.
struct EventAPITests {
    @Test func `is read forward from a cursor, which goes on with what came since`() async throws {
        let client = try await Integrator(.viewer)
        let workshop = client.workshop
        let now = workshop.clock.now.seconds
        func people(after cursor: String?) async throws -> (people: [String], next: String) {
            let mark = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await client.call(.get, "/events?sort=seq&limit=2\(mark)").json()
            return (
                page["data"].elements.compactMap { $0["person"].text },
                try #require(page["next_cursor"].text)
            )
        }
        #expect(try await people(after: nil).people.isEmpty)
        for person in ["oMing", "oLin", "oChen"] {
            try await workshop.deliver(.init(.subscribe(scene: nil), by: person, at: now))
        }
        let first = try await people(after: nil)
        #expect(first.people == ["oMing", "oLin"])
        let second = try await people(after: first.next)
        #expect(second.people == ["oChen"])
        #expect(try await people(after: second.next) == ([], second.next))
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oWang", at: now - 60))
        #expect(try await people(after: second.next).people == ["oWang"])
        let backwards = try await client.call(.get, "/events?cursor=\(first.next)")
        #expect(try backwards.faults() == ["cursor malformed"])
    }

    @Test func `who polls it while facts arrive misses none and sees none twice`() async throws {
        let workshop = try await Workshop()
        let journal = workshop.installation.journal
        let all = 200
        try await withThrowingTaskGroup { group in
            for teller in 0..<20 {
                group.addTask {
                    for number in 0..<(all / 20) {
                        try await workshop.deliver(
                            .init(
                                .subscribe(scene: nil), by: "o\(teller)-\(number)",
                                at: workshop.clock.now.seconds))
                    }
                }
            }
            var (seen, cursor): ([String], Cursor?) = ([], nil)
            let isWhole = try await eventually {
                let page = try await journal.page(
                    .init(), .arrival, after: cursor, limit: 7, for: workshop.owner)
                seen += page.elements.compactMap(\.person)
                cursor = page.next
                return seen.count >= all
            }
            #expect(isWhole && seen.count == all && Set(seen).count == all)
            try await group.waitForAll()
        }
    }

    @Test func `has the facts of one account only, when asked`() async throws {
        let client = try await Integrator(.viewer)
        let workshop = client.workshop
        let other = try await workshop.secondAccount()
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oMing", at: now))
        try await workshop.deliver(
            .init(.subscribe(scene: nil), by: "oLin", at: now), to: other.appID)
        for (account, person) in [(workshop.account.id, "oMing"), (other.id, "oLin")] {
            let facts = try await client.call(.get, "/events?account_id=\(account)").json()
            #expect(facts["data"].elements.map { $0["person"].text } == [person])
        }
    }
}
