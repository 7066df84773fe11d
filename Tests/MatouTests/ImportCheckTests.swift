import Foundation
import Matou
import SQL
import TestSupport
import TestWorld
import Testing

@Suite struct `A batch of codes, before it begins` {
    @Test func `is checked line by line before anything is made`() async throws {
        let workshop = try await Workshop()
        _ = try await workshop.code(named: "已有")
        let long = String(repeating: "长", count: 101)
        let batch = try await workshop.checkBatch(
            "名称\r\n门店_上海_静安\r\n\r\n\"有,逗号\"\r\n没有,引号\r\n\(long)\r\n"
                + "控\u{7}制\r\n门店_上海_静安\r\n已有\r\n\"坏\"引号\r\n=SUM(A1)\r\n   \r\n")
        #expect(batch.state == .checked && batch.lines == 10 && batch.bad == 7)
        let bad = try await workshop.installation.imports.lines(
            of: batch.id, .bad, for: workshop.owner)
        #expect(bad.map(\.number) == [5, 6, 7, 8, 9, 10, 12])
        #expect(
            bad.compactMap(\.fault) == [
                .manyColumns, .tooLong, .controlCharacters, .repeated(line: 2), .taken,
                .malformed, .empty,
            ])
        let good = try await workshop.installation.imports.lines(
            of: batch.id, .ready, for: workshop.owner)
        #expect(good.map(\.name) == ["门店_上海_静安", "有,逗号", "=SUM(A1)"])
        #expect(try await workshop.allCodes().count == 1)
    }

    @Test func `lists its codes in the order of the file`() async throws {
        let workshop = try await Workshop()
        let names = (1...40).map { "双十一_上海_\($0)" }
        let batch = try await workshop.checkBatch(names.joined(separator: "\n"))
        try await workshop.working {
            _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
            _ = try await workshop.settled(batch, as: [.done])
        }
        var filter = QRCodeFilter(account: workshop.account.id)
        filter.sort = .oldest
        let page = try await workshop.installation.qrCodes.page(
            filter, limit: 40, for: workshop.owner)
        #expect(page.codes.elements.map(\.name) == names)
    }

    @Test func `replies in every format that a single code replies in`() async throws {
        let workshop = try await Workshop()
        let form = try await workshop.form()
        let picture = try await workshop.picture()
        var settings = Import.Settings.sample()
        settings.draft.reply = [.image(picture), .form(form.id), .text("欢迎")]
        let batch = try await workshop.checkBatch("门店一\n门店二\n", settings)
        try await workshop.working {
            _ = try await workshop.installation.imports.start(batch.id, by: workshop.owner)
            _ = try await workshop.settled(batch, as: [.done])
        }
        let made = try await workshop.allCodes()
        #expect(made.map(\.reply.items) == [settings.draft.reply, settings.draft.reply])
        let uses = try await workshop.installation.materials.uses(
            of: picture, for: workshop.owner)
        #expect(Set(uses.elements.map(\.name)) == ["门店一", "门店二"])

        settings.draft.reply = [.image(Matou.Material.ID("ma_none"))]
        await #expect(throws: Refusal.invalid("reply.0.material_id", .unknown)) {
            try await workshop.checkBatch("门店三\n", settings)
        }
    }

    @Test func `makes nothing when what it replies with was deleted after the check`()
        async throws
    {
        let workshop = try await Workshop()
        let picture = try await workshop.picture()
        var settings = Import.Settings.sample()
        settings.draft.reply = [.image(picture)]
        var faults = FieldFaults()
        settings.draft.design = CodeDesign(.plain, &faults) {
            $0 == "modules" ? "dot" : nil
        }
        let batch = try await workshop.checkBatch("门店一\n", settings)
        try await workshop.installation.materials.delete(picture, by: workshop.owner)
        await #expect(throws: Refusal.conflict(.replyPartMissing)) {
            try await workshop.installation.imports.start(batch.id, by: workshop.owner)
        }
        #expect(try await workshop.allCodes().isEmpty)
    }

    @Test func `comes in GB18030 as in UTF-8`() async throws {
        let workshop = try await Workshop()
        let batch = try await workshop.installation.imports.check(
            [0xC3, 0xC5, 0xB5, 0xEA, 0x0A, 0xC9, 0xCF, 0xBA, 0xA3], named: "excel.csv",
            Import.Settings.sample(), on: workshop.account.id, by: workshop.owner)
        #expect(batch.encoding == "GB18030")
        let lines = try await workshop.installation.imports.lines(
            of: batch.id, for: workshop.owner)
        #expect(lines.map(\.name) == ["门店", "上海"])
    }

    @Test func `without names, or with settings that cannot be, leaves nothing behind`()
        async throws
    {
        let workshop = try await Workshop()
        await #expect(throws: Refusal.invalid("csv", .required)) {
            try await workshop.checkBatch("\n\n")
        }
        var wrong = Import.Settings.sample()
        wrong.draft.source = String(repeating: "源", count: QRCode.sourceLimit + 1)
        await #expect(throws: Refusal.self) { try await workshop.checkBatch("一", wrong) }
        #expect(
            try await workshop.installation.imports.page(for: workshop.owner).elements.isEmpty)
    }

    @Test func `of 100,000 lines with 17 bad ones tells each of the 17`() async throws {
        let workshop = try await Workshop()
        let wrong = Set((1...17).map { $0 * 5000 + 7 })
        let text = (1...100_000).map { wrong.contains($0) ? "坏\"\($0)" : "门店_上海_\($0)" }
            .joined(separator: "\n")
        let batch = try await workshop.checkBatch(text)
        #expect(batch.lines == 100_000 && batch.bad == 17)
        let bad = try await workshop.installation.imports.lines(
            of: batch.id, .bad, for: workshop.owner)
        #expect(Set(bad.map(\.number)) == wrong)
        await #expect(throws: Refusal.invalid("csv", .tooMany(limit: 100_000))) {
            try await workshop.checkBatch(text + "\none more")
        }
    }

    @Test func `is refused before it begins when the account has not so many codes left`()
        async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await workshop.database.write {
            _ = try $0.run(
                """
                INSERT INTO qr_codes (workspace_id, id, account_id, name, name_folded, kind, source,
                    reply, scene, slug, making, ticket, content, made_at,
                    created_by, created_at, updated_by, updated_at, version)
                WITH RECURSIVE numbers (n) AS (
                    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 99998)
                SELECT workspace_id, id || n, account_id, name || n, name_folded || n, kind, source,
                    reply, scene || n, slug || n, making, ticket, content, made_at,
                    created_by, created_at, updated_by, updated_at, 1
                FROM numbers JOIN qr_codes ON id = \(code.id)
                """)
        }
        let batch = try await workshop.checkBatch("一\n二")
        let imports = workshop.installation.imports
        await #expect(throws: Refusal.conflict(.permanentCodesUsedUp)) {
            try await imports.start(batch.id, by: workshop.owner)
        }
        let temporary = try await workshop.checkBatch("一\n二", Import.Settings.sample(.temporary))
        #expect(try await imports.start(temporary.id, by: workshop.owner).state == .running)
    }

    @Test func `of a file that was sent twice makes each code once`() async throws {
        let workshop = try await Workshop()
        let imports = workshop.installation.imports
        let first = try await workshop.checkBatch("一\n二\n三")
        let second = try await workshop.checkBatch("一\n二\n三\n四")
        _ = try await imports.start(first.id, by: workshop.owner)
        _ = try await imports.start(second.id, by: workshop.owner)
        let again = try await workshop.working {
            try await workshop.settled(second, as: [.done])
        }
        #expect(again.made == 1 && again.bad == 3)
        #expect(try await workshop.allCodes().count == 4)
        let bad = try await imports.lines(of: second.id, .bad, for: workshop.owner)
        #expect(bad.map(\.fault) == [.taken, .taken, .taken])
    }
}
