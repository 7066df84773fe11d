import Matou
import TestSupport
import TestWorld

/// Batches of codes, as the tests of imports make them.
extension Workshop {
    func checkBatch(_ text: String, _ settings: Import.Settings = .sample()) async throws -> Import
    {
        try await installation.imports.check(
            Array(text.utf8), named: "门店.csv", settings, on: account.id, by: owner)
    }

    func state(of batch: Import) async throws -> Import {
        try await installation.imports.find(batch.id, for: owner)
    }

    /// Waits until the batch is in one of these states.
    func settled(_ batch: Import, as states: [Import.State]) async throws -> Import {
        _ = try await eventually(within: .seconds(30)) {
            states.contains(try await state(of: batch).state)
        }
        return try await state(of: batch)
    }

    func allCodes() async throws -> [QRCode] {
        try await installation.qrCodes.codes(
            of: .matching(QRCodeFilter(account: account.id)), limit: 100_000, for: owner)
    }

    func picture() async throws -> Matou.Material.ID {
        try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: owner
        ).material.id
    }
}

extension Import.Settings {
    static func sample(
        _ kind: QRCode.Kind.Name = .permanent, sourceFromName: Bool = false
    ) -> Import.Settings {
        var draft = QRCode.Draft()
        draft.kind = kind
        draft.source = "线下"
        draft.group = "门店拉新"
        draft.reply = [.text("欢迎")]
        return Import.Settings(draft: draft, takesSourceFromName: sourceFromName)
    }
}
