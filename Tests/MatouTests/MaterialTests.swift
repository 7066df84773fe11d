import Foundation
import Matou
import TestWorld
import Testing

@Suite struct `A material` {
    private func upload(
        _ bytes: [UInt8], named name: String = "海报.png", to workshop: Workshop
    ) async throws -> (material: Matou.Material, isNew: Bool) {
        try await workshop.installation.materials.upload(
            OneChunk(bytes: bytes), named: name, by: workshop.owner)
    }

    private func fault(
        _ bytes: [UInt8], _ workshop: Workshop
    ) async throws -> FieldFault.Code? {
        do {
            _ = try await upload(bytes, to: workshop)
            return nil
        } catch Refusal.invalid(let faults) {
            return faults.first?.code
        }
    }

    @Test func `is what its bytes are, whatever its name says`() async throws {
        let workshop = try await Workshop()
        let (material, isNew) = try await upload(
            MediaBytes.gif(pictures: 2), named: "C:\\照片\\动图.png", to: workshop)
        #expect(isNew && material.media.format == .gif && material.media.isAnimated)
        #expect(material.name == "动图" && material.fileName == "动图.gif")
        let path = workshop.installation.materials.path(of: material, for: workshop.owner)
        #expect(
            try Array(Data(contentsOf: URL(fileURLWithPath: path))) == MediaBytes.gif(pictures: 2))
    }

    @Test func `is called by as much of its file's name as a name may have`() async throws {
        let workshop = try await Workshop()
        let long = String(repeating: "海", count: 100)
        let material = try await upload(MediaBytes.png(), named: long + ".png", to: workshop)
            .material
        #expect(material.name == String(long.prefix(80)))
    }

    @Test func `that was uploaded before is found, not kept twice`() async throws {
        let workshop = try await Workshop()
        let first = try await upload(MediaBytes.png(), to: workshop)
        let second = try await upload(MediaBytes.png(), named: "另一个.png", to: workshop)
        #expect(!second.isNew && second.material.id == first.material.id)
        let page = try await workshop.installation.materials.page(.init(), for: workshop.owner)
        #expect(page.elements.count == 1)
    }

    @Test func `is taken up to its limit, and not a byte or a frame beyond`() async throws {
        let workshop = try await Workshop()
        func padded(_ make: (Int) -> [UInt8], to count: Int) -> [UInt8] {
            make(count - make(0).count)
        }
        let picture = { (padding: Int) in MediaBytes.png(padding: padding) }
        let video = { (padding: Int) in MediaBytes.mp4(padding: padding) }
        #expect(try await fault(padded(picture, to: 10 << 20), workshop) == nil)
        #expect(
            try await fault(padded(picture, to: 10 << 20 + 1), workshop)
                == .fileTooLarge(bytes: 10 << 20))
        #expect(try await fault(padded(video, to: 10 << 20), workshop) == nil)
        #expect(
            try await fault(padded(video, to: 10 << 20 + 1), workshop)
                == .fileTooLarge(bytes: 10 << 20))
        // 2296 frames are 59.98 seconds, 2297 are 60.004.
        #expect(try await fault(MediaBytes.mp3(frames: 2296, rates: [1]), workshop) == nil)
        #expect(
            try await fault(MediaBytes.mp3(frames: 2297, rates: [1]), workshop)
                == .playsTooLong(seconds: 60))
        // 2006 frames of 1044 bytes and a tag are less than 2 MiB, 2009 are more.
        #expect(try await fault(MediaBytes.mp3(frames: 2006, rates: [14]), workshop) == nil)
        #expect(
            try await fault(MediaBytes.mp3(frames: 2009, rates: [14]), workshop)
                == .fileTooLarge(bytes: 2 << 20))
    }

    @Test func `that cannot be sent is refused with what would be taken`() async throws {
        let workshop = try await Workshop()
        #expect(
            try await fault(Array("%PDF-1.7".utf8), workshop)
                == .unsupportedFile(["PNG", "JPEG", "GIF", "MP3", "MP4"]))
        #expect(
            try await fault([], workshop) == .unsupportedFile(["PNG", "JPEG", "GIF", "MP3", "MP4"]))
        #expect(try await fault(Array(MediaBytes.png().dropLast(20)), workshop) == .brokenFile)
    }

    @Test func `is found by kind, by name and by who uploaded it`() async throws {
        let workshop = try await Workshop()
        _ = try await upload(MediaBytes.png(), named: "秋季海报.png", to: workshop)
        _ = try await upload(MediaBytes.mp3(), named: "问候.mp3", to: workshop)
        let other = Principal(
            workspace: workshop.owner.workspace, actor: "us_other", role: .editor)
        func names(_ filter: MaterialFilter, _ who: Principal? = nil) async throws -> [String] {
            try await workshop.installation.materials.page(filter, for: who ?? workshop.owner)
                .elements.map(\.name)
        }
        #expect(try await names(.init(kind: .voice)) == ["问候"])
        var filter = MaterialFilter()
        filter.name = "海报"
        #expect(try await names(filter) == ["秋季海报"])
        filter = MaterialFilter()
        filter.isMine = true
        #expect(try await names(filter).count == 2)
        #expect(try await names(filter, other).isEmpty)
    }

    @Test func `that a code sends cannot be deleted until it is taken out of the reply`()
        async throws
    {
        let workshop = try await Workshop()
        let materials = workshop.installation.materials
        let (material, _) = try await upload(MediaBytes.png(), to: workshop)
        let code = try await workshop.code(named: "静安门店", reply: [.image(material.id)])
        #expect(
            try await materials.uses(of: material.id, for: workshop.owner).elements.map(\.name) == [
                "静安门店"
            ])
        await #expect(throws: Refusal.conflict(.materialInUse)) {
            try await materials.delete(material.id, by: workshop.owner)
        }
        var draft = QRCode.Draft(code)
        draft.reply = []
        _ = try await workshop.installation.qrCodes.change(
            code.id, to: draft, by: workshop.owner)
        try await materials.delete(material.id, by: workshop.owner)
        let path = materials.path(of: material, for: workshop.owner)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await upload(MediaBytes.png(), to: workshop).isNew)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func `of another workspace is not there`() async throws {
        let workshop = try await Workshop()
        let (material, _) = try await upload(MediaBytes.png(), to: workshop)
        let stranger = Principal(workspace: .init("ws_other"), actor: "us_x", role: .owner)
        await #expect(throws: Refusal.missing) {
            try await workshop.installation.materials.find(material.id, for: stranger)
        }
    }
}
