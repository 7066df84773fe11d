import HTTP
import Matou

/// The list of materials, as its template shows it.
struct MaterialListView: Sendable {
    let kinds: [Tab]
    let kind: String?
    let name: String
    let isMine: Bool
    let tiles: [Tile]
    let empty: EmptyState?
    let pager: Pager
    let upload: Upload?

    struct Upload: Sendable {
        let error: String?
        let limits: String
    }

    init(
        _ page: Page<Material>, _ filter: MaterialFilter, error: String?, mayUpload: Bool,
        address: PageAddress, _ wording: Wording
    ) {
        kinds = .materials(
            at: "/materials", kind: filter.kind, keeping: address.with("cursor", nil), wording)
        kind = filter.kind?.rawValue
        name = filter.name
        isMine = filter.isMine
        tiles = page.elements.map { Tile($0, wording) }
        let isNarrowed = !filter.name.isEmpty || filter.isMine || filter.kind != nil
        empty =
            page.elements.isEmpty
            ? EmptyState(
                title: wording(isNarrowed ? "materials.empty.found" : "materials.empty.title"),
                text: wording("materials.empty.text"), action: nil) : nil
        pager = Pager(
            total: "", sizes: [], firstPath: nil,
            nextPath: page.next.map { address.with("cursor", $0.text).text })
        upload = mayUpload ? Upload(error: error, limits: wording("materials.limits")) : nil
    }
}

/// The page of a material.
struct MaterialShowView: Sendable {
    let material: Tile
    let problem: Notice?
    let warning: Notice?
    let preview: Preview
    let facts: [FactRow]
    let name: FormField?
    let uses: ReplyUsesView
    let standings: [Standing]
    let deletePath: String?

    struct Preview: Sendable {
        var picture: String?
        var audio: String?
        var video: String?
    }

    struct Standing: Sendable {
        let account: String
        let chip: Chip
        let text: String
    }

    init(
        _ material: Material, typed: String?, faults: FaultTexts, problem: Notice?,
        uses: ReplyUsesView, standings: [MaterialStanding], author: String, mayEdit: Bool,
        now: Timestamp, _ wording: Wording
    ) {
        self.material = Tile(material, wording)
        self.problem = problem
        warning = material.media.isAnimated ? Notice(.warn, wording("replies.animated")) : nil
        let path = material.path + "/file"
        preview = Preview(
            picture: material.kind == .image ? path : nil,
            audio: material.kind == .voice ? path : nil,
            video: material.kind == .video ? path : nil)
        facts = [
            FactRow(label: wording("materials.format"), text: self.material.facts),
            FactRow(
                label: wording("materials.uploaded"),
                text: "\(author) · \(wording.date(material.createdAt, now: now))"),
            FactRow(label: "SHA-256", text: material.sha256),
        ]
        name = mayEdit ? FormField("name", typed ?? material.name, faults) : nil
        self.uses = uses
        self.standings = standings.map { standing in
            switch standing.state {
            case .uploaded(let end):
                Standing(
                    account: standing.accountName,
                    chip: Chip(wording("materials.standing.uploaded"), .good),
                    text: wording("materials.standing.until", ["date": wording.exact(end)]))
            case .expired:
                Standing(
                    account: standing.accountName,
                    chip: Chip(wording("materials.standing.expired"), .wait),
                    text: wording("materials.standing.again"))
            case .rejected(let fault, let time):
                Standing(
                    account: standing.accountName,
                    chip: Chip(wording("materials.standing.rejected"), .bad),
                    text: "\(wording.exact(time)) · \(fault.explanation(in: wording))"
                        + (fault.answer.map { " (\($0.code) \($0.words))" } ?? ""))
            }
        }
        deletePath = mayEdit ? material.path + "/delete" : nil
    }
}
