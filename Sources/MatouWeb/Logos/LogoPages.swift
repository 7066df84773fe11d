import HTTP
import Imaging
import Matou

/// `/logos`: the workspace's logos.
struct LogoPages: Pages {
    /// A logo's file with the form around it.
    static let bodyBytesMax = Logo.fileBytesMax + (64 << 10)

    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/logos", list),
            PageRoute(
                .post, "/logos", upload, for: .editor, bodyBytesMax: Self.bodyBytesMax,
                fileBytesMax: Logo.fileBytesMax),
            PageRoute(.post, "/logos/of-new-codes", setOfNewCodes, for: .editor),
            PageRoute(.get, "/logos/{id}/image", image),
            PageRoute(.post, "/logos/{id}/delete", delete, for: .editor),
        ]
    }

    private struct View: Sendable {
        let name: FormField
        let file: FormField
        let problem: Notice?
        let mayEdit: Bool
        let logos: [Item]
        let isEmpty: Bool
        /// Nil while there is no account or no logo.
        let ofNewCodes: OfNewCodes?
    }

    private struct OfNewCodes: Sendable {
        let account: String
        let title: String
        let choices: [Choice]
    }

    private struct Item: Sendable {
        let path: String
        let name: String
        let size: String
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try await draw(visit)
    }

    @Sendable private func upload(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        let name = form.first("name") ?? ""
        do {
            let logo = try await installation.logos.upload(
                form.file("file")?.bytes ?? [], named: name, by: visit.principal)
            let words = renderer.wording(visit)("logos.uploaded", ["name": logo.name])
            return .redirect(to: "/logos", notice: Notice(.good, words))
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, name: name, faults: faults)
        } catch let refusal as Refusal {
            return try await draw(visit, name: name, refusal: refusal)
        }
    }

    @Sendable private func delete(_ visit: Visit, _ id: UploadedLogo.ID) async throws -> Response {
        do {
            try await installation.logos.delete(id, by: visit.principal)
        } catch Refusal.conflict(let conflict) {
            return try await draw(visit, refusal: .conflict(conflict))
        }
        let words = renderer.wording(visit)("logos.deleted")
        return .redirect(to: "/logos", notice: Notice(.good, words))
    }

    @Sendable private func setOfNewCodes(_ visit: Visit) async throws -> Response {
        let form = try visit.request.form()
        let account = try await installation.accounts.find(
            Account.ID(form.first("account") ?? ""), for: visit.principal)
        let chosen = form.first("logo") ?? ""
        do {
            try await installation.designs.setLogoOfNewCodes(
                chosen.isEmpty ? nil : UploadedLogo.ID(chosen), on: account.id,
                by: visit.principal)
        } catch let refusal as Refusal {
            return try await draw(visit, refusal: refusal)
        }
        let words = renderer.wording(visit)("logos.of-new-codes.saved", ["account": account.name])
        return .redirect(to: "/logos", notice: Notice(.good, words))
    }

    @Sendable private func image(_ visit: Visit, _ id: UploadedLogo.ID) async throws -> Response {
        let bytes = try await installation.logos.image(id, in: visit.workspace.id)
        var response = Response.bytes(bytes, type: "image/png")
        response.fields["Cache-Control"] = "private, max-age=86400, immutable"
        return response
    }

    private func draw(
        _ visit: Visit, name: String = "", faults: [FieldFault] = [], refusal: Refusal? = nil
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let texts = FaultTexts(faults, wording, form: "logos")
        let logos = try await installation.logos.list(for: visit.principal)
        let words = refusal?.words(wording.locales, in: visit.language)
        let view = View(
            name: FormField("name", name, texts), file: FormField("file", "", texts),
            problem: words.map { Notice(.bad, $0) }, mayEdit: visit.principal.role >= .editor,
            logos: logos.map {
                Item(
                    path: "/logos/\($0.id)", name: $0.name,
                    size: "\($0.width) × \($0.height)")
            }, isEmpty: logos.isEmpty,
            ofNewCodes: logos.isEmpty ? nil : try await ofNewCodes(logos, visit, wording))
        let isRefused = !faults.isEmpty || refusal != nil
        return try await renderer.page(
            "logos/index", view, title: wording("logos.title"), in: visit,
            status: isRefused ? .unprocessableContent : .ok)
    }

    private func ofNewCodes(
        _ logos: [UploadedLogo], _ visit: Visit, _ wording: Wording
    ) async throws -> OfNewCodes? {
        guard let account = try await renderer.selectedAccount(visit) else { return nil }
        let chosen = try await installation.designs.logoOfNewCodes(
            on: account.id, for: visit.principal)
        return OfNewCodes(
            account: account.id.text,
            title: wording("logos.of-new-codes", ["account": account.name]),
            choices: [Choice("", wording("designs.no-logo"), isSelected: chosen == nil)]
                + logos.map { Choice($0.id.text, $0.name, isSelected: $0.id == chosen) })
    }
}
