import Foundation
import Matou
import SQL
import Sheets
import TestSupport
import TestWorld
import Testing

@Suite struct `An export` {
    /// Waits until the export has ended.
    private func ended(_ export: Export, in workshop: Workshop) async throws -> Export {
        var found = export
        _ = try await eventually(within: .seconds(120)) {
            found = try await workshop.installation.exports.find(export.id, for: workshop.owner)
            return !found.state.isUnderWay
        }
        return found
    }

    private func written(
        _ kind: some ExportKind, as format: ExportFormat = .csv, in workshop: Workshop
    ) async throws -> (export: Export, path: String) {
        let exports = workshop.installation.exports
        let export = try await exports.create(kind, as: format, in: .english, by: workshop.owner)
        let done = try await workshop.working { try await ended(export, in: workshop) }
        try #require(done.state == .done, "\(done)")
        return (done, try await exports.file(done.id, for: workshop.owner).path)
    }

    private func lines(of path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\r\n")
            .filter { !$0.isEmpty }
    }

    private func crowd(at code: QRCode, in workshop: Workshop) async throws {
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oNew", at: now))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oOld", at: now + 1))
        try await workshop.deliver(.init(.scan(scene: code.scene), by: "oThird", at: now + 2))
        try await workshop.deliver(.init(.unsubscribe, by: "oNew", at: now + 3))
    }

    @Test func `of scanners follows the filter and the order of the list`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code(named: "静安门店", reply: [.text("欢迎")])
        try await crowd(at: code, in: workshop)
        var filter = ScannerFilter()
        filter.group = .existing
        filter.sort = .earliest
        let (export, path) = try await written(ScannersExport(of: code.id, filter), in: workshop)
        #expect(export.records == 2 && export.fileName == "静安门店 Scanners.csv")
        let lines = try lines(of: path)
        try #require(lines.count == 3)
        #expect(lines[0].contains("OpenID,Follower tags,Scan time,Reply status,"))
        #expect(lines[1].hasPrefix("oOld,,2026-11-21 12:00:01,S"))
        #expect(lines[1].hasSuffix(",,Existing,1,2026-11-21 12:00:01,No,"))
        #expect(lines[2].hasPrefix("oThird,"))
    }

    @Test func `says what became of each reply, with the reason`() async throws {
        let wechat = StubWeChat()
        wechat.answer(
            "/cgi-bin/message/custom/send", #"{"errcode":45015,"errmsg":"out of time limit"}"#)
        let workshop = try await Workshop(wechat: wechat)
        let code = try await workshop.code(reply: [.text("欢迎")])
        let silent = try await workshop.code(named: "无回复")
        let now = workshop.clock.now.seconds
        try await workshop.deliver(.init(.subscribe(scene: code.scene), by: "oMing", at: now))
        try await workshop.deliver(.init(.scan(scene: silent.scene), by: "oMing", at: now + 1))
        let exports = workshop.installation.exports
        let (lateExport, noneExport) = try await workshop.working {
            _ = try await eventually {
                try await workshop.scanners(of: code).first?.reply == .tooLate
            }
            var ended: [Export] = []
            for id in [code.id, silent.id] {
                let export = try await exports.create(
                    ScannersExport(of: id, ScannerFilter()), as: .csv, in: .chinese,
                    by: workshop.owner)
                ended.append(try await self.ended(export, in: workshop))
            }
            return (ended[0], ended[1])
        }
        let latePath = try await exports.file(lateExport.id, for: workshop.owner).path
        let late = try #require(try lines(of: latePath).dropFirst().first)
        #expect(late.contains("超时未发") && late.contains("(45015 out of time limit)"))
        let nonePath = try await exports.file(noneExport.id, for: workshop.owner).path
        #expect(try lines(of: nonePath).dropFirst().first?.contains("未配置") == true)
    }

    @Test func `of scan records has every scan of every code, with the code's name`() async throws {
        let workshop = try await Workshop()
        let one = try await workshop.code(named: "静安门店")
        let two = try await workshop.code(named: "=外滩门店")
        try await crowd(at: one, in: workshop)
        let now = workshop.clock.now.seconds
        for second in 10..<13 {
            try await workshop.deliver(
                .init(.scan(scene: two.scene), by: "oOld", at: now + Int64(second)))
        }
        let (export, path) = try await written(
            ScanRecordsExport(of: .codes([two.id, one.id])), as: .xlsx, in: workshop)
        #expect(export.records == 6)
        let rows = try await OtherReader.workbook(path)
        try #require(
            rows.dropFirst().map(\.first?.text) == Array(repeating: "=外滩门店", count: 3)
                + Array(repeating: "静安门店", count: 3))
        #expect(rows[1][0].type == "s")
        #expect(
            rows[4].map(\.text).dropFirst(2) == [
                "oNew", "", "2026-11-21 12:00:00", "None configured", "", "Scanned and followed",
                "In progress",
            ])
    }

    @Test func `of scanners and of scans names the tags that each follower wears`() async throws {
        let wechat = StubWeChat()
        wechat.answer("/cgi-bin/tags/get", #"{"tags":[{"id":134,"name":"老客","count":5}]}"#)
        wechat.answer("/cgi-bin/tags/create", #"{"tag":{"id":135,"name":"上海"}}"#)
        let workshop = try await Workshop(wechat: wechat)
        var draft = QRCode.Draft()
        draft.name = "静安门店"
        draft.followerTags = ["上海", "老客"]
        let code = try await workshop.make(draft)
        try await crowd(at: code, in: workshop)
        try await workshop.doJobs()
        for kind in [
            ScannersExport(of: code.id, ScannerFilter()) as any ExportKind,
            ScanRecordsExport(of: .codes([code.id])),
        ] {
            let exports = workshop.installation.exports
            let export = try await exports.create(
                kind, as: .csv, in: .chinese, by: workshop.owner)
            let done = try await ended(export, in: workshop)
            let lines = try lines(
                of: try await exports.file(done.id, for: workshop.owner).path)
            #expect(lines.first?.contains("OpenID,粉丝标签,扫码时间,回复状态") == true)
            #expect(lines.count > 1, "\(lines)")
            #expect(lines.dropFirst().allSatisfy { $0.contains("上海、老客") }, "\(lines)")
        }
    }

    @Test func `of links has the columns that printers ask for`() async throws {
        let workshop = try await Workshop()
        let permanent = try await workshop.code(named: "永久")
        var draft = QRCode.Draft()
        draft.name = "临时"
        draft.lifetimeSeconds = 7 * 86_400
        let temporary = try await workshop.make(draft)
        let kind = QRCodeLinksExport(
            of: .matching(QRCodeFilter(account: workshop.account.id)),
            publicURL: "https://codes.example.com")
        let (_, path) = try await written(kind, in: workshop)
        let lines = try lines(of: path)
        #expect(
            lines.first?.hasSuffix(
                "Official Account name,QR code type,QR code name,QR code ID,QR code URL,TTL,"
                    + "Expires,Download page") == true)
        let content = try #require(permanent.made?.content)
        #expect(
            lines.contains(
                "智慧营销公众号,Permanent,永久,\(permanent.id),\(content),Never expires,,"
                    + "https://codes.example.com/c/\(permanent.slug)"))
        #expect(
            lines.contains { $0.contains("Temporary,临时,\(temporary.id)") && $0.contains("7 days") })
    }

    @Test func `freezes its records: what comes later is not in it`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        try await crowd(at: code, in: workshop)
        let (export, _) = try await written(QRCodesExport(of: .codes([code.id])), in: workshop)
        _ = try await workshop.code(named: "后来")
        let again = try await workshop.installation.exports.find(export.id, for: workshop.owner)
        #expect(again.records == 1)
    }

    @Test func `has a code that was deleted while the file was waited for`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code(named: "静安门店")
        let exports = workshop.installation.exports
        let asked = try await exports.create(
            QRCodesExport(of: .codes([code.id])), as: .csv, in: .english, by: workshop.owner)
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        let done = try await tried(asked, in: workshop)
        #expect(done.state == .done && done.records == 1)
        let path = try await exports.file(done.id, for: workshop.owner).path
        #expect(try lines(of: path).last?.contains("静安门店") == true)
    }

    @Test func `of nothing is a file with its heads`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let (export, path) = try await written(
            ScannersExport(of: code.id, ScannerFilter()), as: .xlsx, in: workshop)
        #expect(export.records == 0)
        #expect(try await OtherReader.workbook(path).count == 1)
    }

    @Test func `is somebody's own, and a link leads to it as long as it says`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let (export, _) = try await written(QRCodesExport(of: .codes([code.id])), in: workshop)
        let exports = workshop.installation.exports
        let other = Principal(workspace: workshop.owner.workspace, actor: "us_other", role: .owner)
        await #expect(throws: Refusal.missing) { try await exports.find(export.id, for: other) }

        let link = try #require(try exports.link(to: export, in: workshop.owner.workspace))
        let items = link.path.components(separatedBy: "signature=")
        let signature = try #require(items.last)
        func follow(_ end: Timestamp, _ signature: String) async throws {
            _ = try await exports.file(
                export.id, in: workshop.owner.workspace, until: end, signature: signature)
        }
        try await follow(link.expiresAt, signature)
        await #expect(throws: Refusal.missing) {
            try await follow(link.expiresAt + .seconds(1), signature)
        }
        await #expect(throws: Refusal.missing) {
            try await follow(link.expiresAt, String(signature.reversed()))
        }
        workshop.clock.advance(by: Export.linkedFor)
        await #expect(throws: Refusal.missing) { try await follow(link.expiresAt, signature) }
    }

    @Test func `that is cancelled leaves no file, and one that was kept its time neither`()
        async throws
    {
        let workshop = try await Workshop()
        let code = try await workshop.code()
        let exports = workshop.installation.exports
        let waiting = try await exports.create(
            QRCodesExport(of: .codes([code.id])), as: .csv, in: .english, by: workshop.owner)
        #expect(try await exports.cancel(waiting.id, by: workshop.owner).state == .cancelled)

        let (done, path) = try await written(QRCodesExport(of: .codes([code.id])), in: workshop)
        #expect(
            try await exports.find(waiting.id, for: workshop.owner).state == .cancelled)
        try await exports.expire(done.id, in: workshop.owner.workspace)
        #expect(try await exports.find(done.id, for: workshop.owner).state == .expired)
        #expect(!FileManager.default.fileExists(atPath: path))
        await #expect(throws: Refusal.conflict(.exportNotDone)) {
            try await exports.file(done.id, for: workshop.owner)
        }
    }

    /// Lets the queue try an export until it is given up.
    private func tried(_ export: Export, in workshop: Workshop) async throws -> Export {
        var found = export
        repeat {
            try await workshop.doJobs()
            workshop.clock.advance(by: .seconds(60))
            found = try await workshop.installation.exports.find(export.id, for: workshop.owner)
        } while found.state.isUnderWay
        return found
    }

    /// Asks for an export and puts something in the way of its file of keys.
    private func hindered(
        _ workshop: Workshop, _ hinder: (_ path: String) throws -> Void
    ) async throws -> Export {
        let code = try await workshop.code()
        try await crowd(at: code, in: workshop)
        let export = try await workshop.installation.exports.create(
            ScannersExport(of: code.id, ScannerFilter()), as: .csv, in: .english,
            by: workshop.owner)
        let folder = "\(workshop.dataFolder)/exports/\(export.id)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try hinder("\(folder)/keys.begun")
        return export
    }

    @Test func `that finds no space says so, and can be begun again`() async throws {
        let workshop = try await Workshop()
        let asked = try await hindered(workshop) {
            try FileManager.default.createSymbolicLink(
                atPath: $0, withDestinationPath: "/dev/full")
        }
        let failed = try await tried(asked, in: workshop)
        #expect(failed.state == .failed && failed.failure == .diskFull)
        let exports = workshop.installation.exports
        _ = try await exports.retry(failed.id, by: workshop.owner)
        let done = try await tried(failed, in: workshop)
        #expect(done.state == .done && done.failure == nil && done.records == 3)
        await #expect(throws: Refusal.conflict(.exportNotFailed)) {
            try await exports.retry(done.id, by: workshop.owner)
        }
    }

    @Test func `that cannot be written for another reason is given up after five attempts`()
        async throws
    {
        let workshop = try await Workshop()
        let asked = try await hindered(workshop) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
        }
        let failed = try await tried(asked, in: workshop)
        #expect(failed.state == .failed && failed.failure == .gaveUp)
    }

    @Test func `of more records than one may have leaves the others out, and says so`()
        async throws
    {
        let workshop = try await Workshop(exportRecordsMax: 2)
        let code = try await workshop.code()
        try await crowd(at: code, in: workshop)
        let (cut, path) = try await written(
            ScannersExport(of: code.id, ScannerFilter()), in: workshop)
        #expect(cut.isTruncated && cut.records == 2)
        #expect(try lines(of: path).count == 3)
    }

    @Test func `of as many records as one may have has them all`() async throws {
        let workshop = try await Workshop(exportRecordsMax: 2)
        let code = try await workshop.code()
        try await crowd(at: code, in: workshop)
        var two = ScannerFilter()
        two.group = .existing
        let (whole, _) = try await written(ScannersExport(of: code.id, two), in: workshop)
        #expect(!whole.isTruncated && whole.records == 2)
    }

    @Test func `of one person's, however many and large, hold up nobody else's`() async throws {
        let workshop = try await Workshop()
        let large = try await workshop.code(named: "大码")
        let small = try await workshop.code(named: "小码")
        try await workshop.fill(large, scanners: 60_000)
        try await crowd(at: small, in: workshop)
        let exports = workshop.installation.exports
        for _ in 0..<Export.underWayMax {
            _ = try await exports.create(
                ScannersExport(of: large.id, ScannerFilter()), as: .xlsx, in: .english,
                by: workshop.owner)
        }
        let colleague = Principal(
            workspace: workshop.owner.workspace, actor: "us_colleague", role: .viewer)
        let few = try await exports.create(
            ScannersExport(of: small.id, ScannerFilter()), as: .csv, in: .english, by: colleague)
        try await workshop.working {
            _ = try await eventually {
                try await exports.find(few.id, for: colleague).state == .done
            }
            let theirs = try await exports.page(for: workshop.owner).elements
            #expect(theirs.contains { $0.state == .waiting })
            for export in theirs { _ = try await exports.cancel(export.id, by: workshop.owner) }
        }
        #expect(try await exports.find(few.id, for: colleague).records == 3)
    }

    @Test func `is refused while those that are kept take a person's space, until one is removed`()
        async throws
    {
        let workshop = try await Workshop(exportBytesMax: 100)
        let code = try await workshop.code()
        try await crowd(at: code, in: workshop)
        let kind = ScannersExport(of: code.id, ScannerFilter())
        let (first, _) = try await written(kind, in: workshop)
        let exports = workshop.installation.exports
        await #expect(throws: Refusal.conflict(.exportSpaceFull)) {
            try await exports.create(kind, as: .csv, in: .english, by: workshop.owner)
        }
        _ = try await exports.cancel(first.id, by: workshop.owner)
        _ = try await exports.create(kind, as: .csv, in: .english, by: workshop.owner)
    }

    @Test func `of more than 100,000 records is several files in one ZIP`() async throws {
        let workshop = try await Workshop()
        let code = try await workshop.code(named: "大码")
        try await workshop.fill(code, scanners: 100_003)
        let (export, path) = try await written(
            ScannersExport(of: code.id, ScannerFilter()), in: workshop)
        #expect(export.records == 100_003 && export.fileName.hasSuffix(".zip"))
        let entries = try await OtherReader.archive(path)
        #expect(entries.keys.sorted() == ["大码 Scanners-1.csv", "大码 Scanners-2.csv"])
    }
}

extension Workshop {
    /// Scanners of a code as rows, in place of as many callbacks.
    func fill(_ code: QRCode, scanners count: Int) async throws {
        let now = clock.now.milliseconds
        try await database.write { try $0.addScanners(count, of: code.id.text, from: now) }
    }
}
