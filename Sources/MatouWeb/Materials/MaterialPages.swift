import HTTP
import Matou

/// The pages of materials, the picker of the reply editor, and the files themselves.
struct MaterialPages: Pages {
    /// A file of the greatest size, and the form around it.
    private static let uploadBytesMax = Material.bytesMax + (1 << 20)

    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/materials", list),
            PageRoute(
                .post, "/materials", upload, for: .editor, bodyBytesMax: Self.uploadBytesMax,
                fileBytesMax: Material.bytesMax),
            PageRoute(.get, "/materials/picker", picker, for: .editor),
            PageRoute(
                .post, "/materials/picker", uploadToPicker, for: .editor,
                bodyBytesMax: Self.uploadBytesMax, fileBytesMax: Material.bytesMax),
            PageRoute(.get, "/materials/{id}", show),
            PageRoute(.post, "/materials/{id}", rename, for: .editor),
            PageRoute(.post, "/materials/{id}/delete", delete, for: .editor),
            PageRoute(.get, "/materials/{id}/file", file),
            .open(.get, "/m/{slug}", publicFile),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try await list(visit, error: nil)
    }

    private func list(_ visit: Visit, error: String?) async throws -> Response {
        let filter = filter(of: visit)
        let page = try await page(filter, visit, limit: PageLimit.standard)
        let wording = renderer.wording(visit)
        let view = MaterialListView(
            page, filter, error: error, mayUpload: visit.principal.role >= .editor,
            address: PageAddress(visit.request, keeping: ["kind", "q", "mine", "cursor"]), wording)
        return try await renderer.page(
            "materials/index", view, title: wording("materials.title"), in: visit,
            status: error == nil ? .ok : .unprocessableContent)
    }

    @Sendable private func upload(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        do {
            let (material, isNew) = try await take(visit)
            let done = isNew ? "materials.done.uploaded" : "materials.done.known"
            return .redirect(
                to: material.path, notice: Notice(.good, wording(done, ["name": material.name])))
        } catch Refusal.invalid(let faults) {
            let error = faults.first?.code.words(wording.locales, in: wording.language)
            return try await list(visit, error: error)
        }
    }

    /// What the editor's dialog shows.
    @Sendable private func picker(_ visit: Visit) async throws -> Response {
        let filter = filter(of: visit)
        let page = try await page(filter, visit, limit: 24)
        let wording = renderer.wording(visit)
        let kind = filter.kind.map { PickerView.Kept(name: "kind", value: $0.rawValue) }
        let view = PickerView(
            "/materials/picker", page.elements.map { Tile($0, wording) }, next: page.next,
            name: filter.name, kept: kind.map { [$0] } ?? [], isMine: filter.isMine)
        return try renderer.fragment("materials/picker", view, in: visit)
    }

    /// A file that is uploaded in place: its choice, or why it cannot be taken.
    @Sendable private func uploadToPicker(_ visit: Visit) async throws -> Response {
        let wording = renderer.wording(visit)
        do {
            let (material, _) = try await take(visit)
            return try .json(
                [
                    "id": .string(material.id.text), "kind": .string(material.kind.rawValue),
                    "label": .string(material.label(wording)),
                    "animated": .bool(material.media.isAnimated),
                ], status: .created)
        } catch Refusal.invalid(let faults) {
            let words = faults.first?.code.words(wording.locales, in: wording.language) ?? ""
            return try .json(["error": .string(words)], status: .unprocessableContent)
        }
    }

    private func take(_ visit: Visit) async throws -> (material: Material, isNew: Bool) {
        guard let file = try visit.request.form().file("file") else {
            throw Refusal.invalid("file", .required)
        }
        return try await installation.materials.upload(
            OneChunk(bytes: file.bytes), named: file.filename, by: visit.principal)
    }

    @Sendable private func show(_ visit: Visit, _ id: Material.ID) async throws -> Response {
        try await show(try await material(id, visit), visit)
    }

    private func show(
        _ material: Material, typed: String? = nil, faults: [FieldFault] = [],
        problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let names = try await installation.members.names(
            of: [material.createdBy], for: visit.principal)
        let view = MaterialShowView(
            material, typed: typed, faults: FaultTexts(faults, wording), problem: problem,
            uses: ReplyUsesView(
                try await installation.materials.uses(
                    of: material.id, after: visit.usesCursor, for: visit.principal),
                at: PageAddress(
                    "/materials/\(material.id)", visit.request.queryItems,
                    keeping: [ReplyUsesView.place])),
            standings: try await installation.materials.standings(
                of: material.id, for: visit.principal),
            author: names[material.createdBy] ?? material.createdBy,
            mayEdit: visit.principal.role >= .editor, now: installation.clock.now(), wording)
        return try await renderer.page(
            "materials/show", view, title: material.name, in: visit,
            status: faults.isEmpty && problem == nil ? .ok : .unprocessableContent)
    }

    @Sendable private func rename(_ visit: Visit, _ id: Material.ID) async throws -> Response {
        let material = try await material(id, visit)
        let name = try visit.request.form().first("name") ?? ""
        do {
            _ = try await installation.materials.rename(
                material.id, to: name, by: visit.principal)
        } catch Refusal.invalid(let faults) {
            return try await show(material, typed: name, faults: faults, visit)
        }
        return .redirect(
            to: material.path, notice: Notice(.good, renderer.wording(visit)("common.saved")))
    }

    @Sendable private func delete(_ visit: Visit, _ id: Material.ID) async throws -> Response {
        let material = try await material(id, visit)
        let wording = renderer.wording(visit)
        do {
            try await installation.materials.delete(material.id, by: visit.principal)
        } catch let refusal as Refusal where refusal == .conflict(.materialInUse) {
            // The page lists the codes in question.
            let words = refusal.words(wording.locales, in: wording.language)
            return try await show(material, problem: Notice(.bad, words), visit)
        }
        return .redirect(
            to: "/materials",
            notice: Notice(.good, wording("materials.done.deleted", ["name": material.name])))
    }

    @Sendable private func file(_ visit: Visit, _ id: Material.ID) async throws -> Response {
        let material = try await material(id, visit)
        return try .media(
            at: installation.materials.path(of: material, for: visit.principal), material.media,
            named: material.fileName, sha256: material.sha256, to: visit.request)
    }

    /// The cover of a card, which WeChat fetches, and whoever knows its address.
    @Sendable private func publicFile(
        _ visit: PublicVisit, _ slug: String
    ) async throws -> Response {
        guard let (material, path) = try await installation.materials.find(slug: slug),
            material.kind == .image
        else { throw Refusal.missing }
        return try .media(
            at: path, material.media, named: material.fileName, sha256: material.sha256,
            to: visit.request)
    }

    private func material(_ id: Material.ID, _ visit: Visit) async throws -> Material {
        try await installation.materials.find(id, for: visit.principal)
    }

    private func filter(of visit: Visit) -> MaterialFilter {
        var filter = MaterialFilter(kind: visit.query("kind"))
        filter.name = visit.text("q")
        filter.isMine = visit.request.query("mine") != nil
        return filter
    }

    private func page(
        _ filter: MaterialFilter, _ visit: Visit, limit: Int
    ) async throws -> Page<Material> {
        let cursor = visit.cursor(of: MaterialFilter.sort)
        return try await installation.materials.page(
            filter, after: cursor, limit: limit, for: visit.principal)
    }
}

extension Response {
    /// A file that somebody uploaded: shown as what it was read as and as nothing else, and without any
    /// right in this site, should a browser take it for a page after all.
    ///
    /// - Throws: `Refusal.missing` when the data folder does not have it; `RepresentationFault`.
    static func media(
        at path: String, _ media: MediaFile, named name: String, sha256: String,
        to request: Request
    ) throws -> Response {
        var fields: Fields = [
            "Content-Type": media.format.contentType, "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "private, max-age=86400, immutable",
        ]
        if request.query("download") != nil {
            fields["Content-Disposition"] = ContentDisposition.attachment(named: name)
        }
        let file = Representation(file: path, tag: EntityTag(strong: sha256), fields: fields)
        guard let file else { throw Refusal.missing }
        return try file.response(to: request)
    }
}
