import Matou

/// What the form is drawn from besides what was typed.
struct QRCodeFormContext: Sendable {
    let account: Account
    let groups: [CodeGroup]
    let sources: [String]
    let tags: KnownTags
    let present: QRCode?
    let copiedFrom: String?
    let permanentUsed: Int
    let offer: ReplyOffer
    let references: ReplyReferences
    /// By the items' keys.
    let uploadErrors: [String: String]
    let now: Timestamp
    let wording: Wording
    var differences: [FieldDifference] = []
}

extension QRCodeFormContext {
    /// Reads what the form of a code offers to choose from.
    init(
        of form: QRCodeForm, on account: Account, present: QRCode? = nil,
        copiedFrom: String? = nil, uploadErrors: [String: String] = [:],
        differences: [FieldDifference] = [], from installation: Installation,
        for principal: Principal, _ wording: Wording
    ) async throws {
        let references = try await installation.qrCodes.references(
            of: form.items.map(\.item), on: account.id, withDeleted: true, for: principal)
        self.init(
            account: account,
            groups: try await installation.groups.list(.qrCode, for: principal),
            sources: try await installation.qrCodes.sources(of: account.id, for: principal),
            tags: try await KnownTags(of: account, installation.tags, for: principal),
            present: present, copiedFrom: copiedFrom,
            permanentUsed: try await installation.qrCodes.permanentCount(
                on: account.id, for: principal),
            offer: try await ReplyOffer(
                with: references, on: account, from: installation, for: principal),
            references: references, uploadErrors: uploadErrors, now: installation.clock.now(),
            wording: wording, differences: differences)
    }
}

extension ReplyOffer {
    /// The latest materials, articles and forms, and those that the reply names already.
    init(
        with references: ReplyReferences, on account: Account, from installation: Installation,
        for principal: Principal
    ) async throws {
        self.init()
        materials = Self.offered(
            try await installation.materials.page(
                MaterialFilter(), limit: Self.listed, for: principal
            ).elements, after: references.materials, by: \.id)
        articles = Self.offered(
            try await installation.articles.page(
                of: account.id, limit: Self.listed, for: principal
            ).elements, after: references.articles, by: \.id)
        forms = Self.offered(
            try await installation.qrCodes.forms(limit: Self.listed, for: principal),
            after: references.forms, by: \.id)
    }

    /// The latest, after what the reply names and is not among them.
    private static func offered<Part, Owner: Identified>(
        _ latest: [Part], after named: [Identifier<Owner>: Part],
        by id: (Part) -> Identifier<Owner>
    ) -> [Part] {
        let listed = Set(latest.map(id))
        return named.filter { !listed.contains($0.key) }
            .sorted { $0.key.text > $1.key.text }.map { $0.value } + latest
    }
}
