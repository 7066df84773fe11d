import Matou
import TestWorld
import Testing

@Suite struct `An account` {
    @Test func `that is connected again has the codes that it had`() async throws {
        let workshop = try await Workshop()
        let (accounts, codes) = (workshop.installation.accounts, workshop.installation.qrCodes)
        let code = try await workshop.code(named: "外滩门店")
        let used = try await codes.permanentCount(on: workshop.account.id, for: workshop.owner)
        try await codes.delete(code.id, by: workshop.owner)
        try await accounts.delete(workshop.account.id, by: workshop.owner)
        await #expect(throws: Refusal.conflict(.accountRemoved)) {
            try await codes.restore(code.id, by: workshop.owner)
        }
        #expect(try await codes.deletedPage(for: workshop.owner).codes.elements.isEmpty)

        let again = try await accounts.connect(
            .init(name: "再来", appID: Workshop.appID, secret: "s2", isVerified: true),
            by: workshop.owner)
        #expect(again.id == workshop.account.id && again.name == "再来")
        #expect(try await codes.permanentCount(on: again.id, for: workshop.owner) == used)
        #expect(try await codes.deletedPage(for: workshop.owner).codes.elements.count == 1)
        #expect(try await codes.restore(code.id, by: workshop.owner).deletedAt == nil)
    }
}
