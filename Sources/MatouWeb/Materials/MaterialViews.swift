import HTTP
import Matou

/// A material in a list or in the picker.
struct MaterialTile: Sendable {
    let id: String
    let path: String
    let kind: String
    let name: String
    let label: String
    let facts: String
    /// Pictures only.
    let picturePath: String?
    let icon: String

    init(_ material: Material, _ wording: Wording) {
        id = material.id.text
        path = material.path
        kind = material.kind.rawValue
        name = material.name
        label = material.label(wording)
        facts =
            "\(material.media.format.name) · "
            + label.dropFirst(material.name.count).drop { $0 == " " || $0 == "·" }
        picturePath = material.kind == .image ? material.path + "/file" : nil
        icon = material.kind.icon
    }
}

extension Material.Kind {
    var icon: String {
        switch self {
        case .image: "icons/picture"
        case .voice: "icons/voice"
        case .video: "icons/video"
        }
    }
}

/// What the editor's dialog is drawn from.
struct MaterialPickerView: Sendable {
    let tiles: [MaterialTile]
    let name: String
    let kind: String
    let isMine: Bool
    let nextCursor: String?
    let isEmpty: Bool
}

/// The list of materials, as its template shows it.
struct MaterialListView: Sendable {
    let kinds: [Tab]
    let kind: String?
    let name: String
    let isMine: Bool
    let tiles: [MaterialTile]
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
        let start = address.with("cursor", nil)
        kinds =
            [
                Tab(
                    path: start.with("kind", nil).text, label: wording("materials.kind.all"),
                    count: "", isCurrent: filter.kind == nil)
            ]
            + Material.Kind.allCases.map { kind in
                Tab(
                    path: start.with("kind", kind.rawValue).text,
                    label: wording("materials.kind.\(kind.rawValue)"), count: "",
                    isCurrent: filter.kind == kind)
            }
        kind = filter.kind?.rawValue
        name = filter.name
        isMine = filter.isMine
        tiles = page.elements.map { MaterialTile($0, wording) }
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
    let material: MaterialTile
    let problem: Notice?
    let warning: Notice?
    let preview: Preview
    let facts: [FactRow]
    let name: FormField?
    let uses: [Link]
    let hasUses: Bool
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
        uses: [MaterialUse], standings: [MaterialStanding], author: String, mayEdit: Bool,
        now: Timestamp, _ wording: Wording
    ) {
        self.material = MaterialTile(material, wording)
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
        self.uses = uses.map { Link(path: "/qr-codes/\($0.code)", label: $0.name) }
        hasUses = !uses.isEmpty
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
                    text: "\(wording.exact(time)) · \(fault.explanation(in: wording.language))"
                        + (fault.answer.map { " (\($0.code) \($0.words))" } ?? ""))
            }
        }
        deletePath = mayEdit ? material.path + "/delete" : nil
    }
}
