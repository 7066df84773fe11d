import HTTP
import Imaging
import Matou

/// `/qr-codes/{id}/design`: what a code looks like, tried out by plain GET and then kept.
struct DesignPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/qr-codes/{id}/design", show, for: .editor),
            PageRoute(.post, "/qr-codes/{id}/design", save, for: .editor),
        ]
    }

    @Sendable private func show(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        try await draw(id, visit) { visit.request.query($0) }
    }

    @Sendable private func save(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let form = try visit.request.form()
        let code = try await code(id, visit)
        var faults = FieldFaults()
        let design = CodeDesign(.plain, &faults) { form.first($0) }
        do {
            try faults.check()
            try await installation.designs.save(design, of: code, by: visit.principal)
        } catch is Refusal {
            // What is wrong stands beside the fields, everything typed is kept.
            return try await draw(id, visit, status: .unprocessableContent) { form.first($0) ?? "" }
        }
        let words = renderer.wording(visit)("designs.saved")
        return .redirect(to: code.path, notice: Notice(.good, words))
    }

    private func draw(
        _ id: QRCode.ID, _ visit: Visit, status: Status = .ok, field: (String) -> String?
    ) async throws -> Response {
        let code = try await code(id, visit)
        var faults = FieldFaults()
        let design = CodeDesign(code.design, &faults, field: field)
        var found: [FieldFault] = []
        do { try faults.check() } catch {
            if case .invalid(let list) = error { found = list }
        }
        var verdict: DesignVerdict?
        if found.isEmpty {
            do {
                verdict = try await .init(design, of: code, installation, visit.workspace.id)
            } catch Refusal.invalid(let list) {
                found = list
            }
        }
        let wording = renderer.wording(visit)
        let view = DesignView(
            code, design, verdict: verdict, faults: found,
            texts: Dictionary(
                uniqueKeysWithValues: design.fields.map { name, text in
                    (name, found.contains { $0.field == name } ? field(name) ?? text : text)
                }),
            logos: try await installation.logos.list(for: visit.principal), wording)
        return try await renderer.page(
            "designs/edit", view, title: wording("designs.title"), in: visit,
            status: found.isEmpty ? status : .unprocessableContent)
    }

    private func code(_ id: QRCode.ID, _ visit: Visit) async throws -> QRCode {
        try await installation.qrCodes.find(id, for: visit.principal)
    }
}

/// What came of trying a design.
enum DesignVerdict: Sendable {
    case passes(reserve: Double, logoSize: Int?)
    case refused(UnreadableDesign)

    /// - Throws: `Refusal.invalid` for a logo that is not there.
    init(
        _ design: CodeDesign, of code: QRCode, _ installation: Installation,
        _ workspace: Workspace.ID
    ) async throws {
        do {
            let proven = try await installation.designs.proven(design, of: code, in: workspace)
            self = .passes(reserve: proven.reserve, logoSize: proven.logoSize)
        } catch Refusal.unreadable(let design) {
            self = .refused(design)
        }
    }
}

extension CodeDesign {
    /// The fields as a query, which page and picture both take.
    var query: String {
        fields.map { "\($0.name)=" + PercentCoding.encodeQueryComponent($0.text) }
            .joined(separator: "&")
    }
}
