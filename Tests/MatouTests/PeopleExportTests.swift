import Foundation
import Matou
import Sheets
import TestWorld
import Testing

@Suite struct `An export of people` {
    private func lines(
        _ kind: some ExportKind, in workshop: Workshop
    ) async throws -> [[String]] {
        let exports = workshop.installation.exports
        let export = try await exports.create(kind, as: .csv, in: .english, by: workshop.owner)
        try await workshop.doJobs()
        let path = try await exports.file(export.id, for: workshop.owner).path
        return try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\r\n")
            .filter { !$0.isEmpty }.map { $0.components(separatedBy: ",") }
    }

    private func audience(
        _ condition: AudienceCondition, in workshop: Workshop
    ) async throws -> Audience {
        let made = try await workshop.installation.audiences.create(
            named: "展会", condition, by: workshop.owner)
        try await workshop.doJobs()
        return made
    }

    @Test func `has the members of an audience as they were frozen, with what is known now`()
        async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code(named: "静安门店")
        let form = try await workshop.form()
        let now = workshop.clock.now.seconds
        for person in ["oMing", "oLin"] {
            try await workshop.deliver(.init(.subscribe(scene: code.scene), by: person, at: now))
        }
        let audience = try await audience(.following(true), in: workshop)
        try await workshop.deliver(.init(.subscribe(scene: nil), by: "oLate", at: now + 60))
        try await workshop.submit(form, mobile: "13812345678", name: "=小明", by: "oMing")
        let rows = try await lines(AudienceMembersExport(of: audience.id), in: workshop)
        try #require(rows.count == 3)
        #expect(rows[0].contains("OpenID") && rows[0].contains("Mobile"))
        let ming = try #require(rows.first { $0.contains("oMing") })
        #expect(ming.contains("\"'+8613812345678\""), "\(ming)")
        #expect(ming.contains("静安门店") && ming.contains("Yes"))
        #expect(!ming.contains("=小明"), "a name must not become a formula")
        #expect(!rows.joined().contains("oLate"))
    }

    @Test func `has a person once who was two when they were frozen, as the list has`()
        async throws
    {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let now = workshop.clock.now.seconds
        for person in ["oMing", "oLin"] {
            try await workshop.deliver(.init(.subscribe(scene: nil), by: person, at: now))
        }
        let audience = try await audience(.following(true), in: workshop)
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.submit(
                form, mobile: "13812345678", by: person, after: Int64(scan + 1))
        }
        let rows = try await lines(AudienceMembersExport(of: audience.id), in: workshop)
        try #require(rows.count == 2, "\(rows)")
        #expect(rows[1].joined().contains("oMing") && rows[1].joined().contains("oLin"))
    }

    @Test func `waits for its audience`() async throws {
        let workshop = try await Workshop()
        let making = try await workshop.installation.audiences.create(
            named: "展会", .following(true), by: workshop.owner)
        await #expect(throws: Refusal.conflict(.audienceNotReady)) {
            try await workshop.installation.exports.create(
                AudienceMembersExport(of: making.id), as: .csv, in: .english, by: workshop.owner)
        }
    }

    @Test func `has what people sent with a form, a column for each field`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        try await workshop.submit(form, mobile: "13812345678", name: "小明", by: "oMing")
        try await workshop.submit(form, mobile: "13812345679", name: "小林")
        let rows = try await lines(FormSubmissionsExport(of: form), in: workshop)
        try #require(rows.count == 3)
        #expect(rows[0].suffix(2) == ["姓名", "手机号"])
        #expect(rows[1].contains("oMing") && rows[1].contains("小明"))
        #expect(rows[2].contains("小林"))
    }

    @Test func `is not there for another workspace`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let audience = try await audience(.following(true), in: workshop)
        let stranger = Principal(workspace: Workspace.ID("ws_other"), actor: "x", role: .owner)
        let kinds: [any ExportKind] = [
            AudienceMembersExport(of: audience.id), FormSubmissionsExport(of: form),
        ]
        for kind in kinds {
            await #expect(throws: Refusal.missing) {
                try await workshop.installation.exports.create(
                    kind, as: .csv, in: .english, by: stranger)
            }
        }
    }
}
