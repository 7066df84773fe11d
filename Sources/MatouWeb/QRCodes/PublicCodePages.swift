import HTTP
import Matou

/// `/c/{slug}`: a code's public page, which "copy link" copies.
struct PublicCodePages: Pages {
    let installation: Installation
    let renderer: PageRenderer
    let pictures: CodePictures

    var routes: [PageRoute] {
        [
            .open(.get, "/c/{slug}", show),
            .open(.get, "/c/{slug}/image", image),
        ]
    }

    struct View: Sendable {
        let code: Code
        let inWeChat: Bool
        let download: Download?
        let gone: String?

        struct Code: Sendable {
            let name: String
            let account: String
            let picturePath: String?
        }

        struct Download: Sendable {
            let path: String
            let fileName: String
            let note: String
        }
    }

    @Sendable private func show(_ visit: PublicVisit, _ slug: String) async throws -> Response {
        let (code, account) = try await found(slug, visit)
        let wording = renderer.wording(visit)
        let path = "/c/\(code.slug)/image"
        let isExpired = code.status(at: installation.clock.now()) == .expired
        let hasPicture = code.made != nil && !isExpired
        let inWeChat = visit.request.fields["user-agent"]?.contains("MicroMessenger") ?? false
        let view = View(
            code: .init(name: code.name, account: account, picturePath: hasPicture ? path : nil),
            inWeChat: hasPicture && inWeChat,
            download: hasPicture && !inWeChat
                ? .init(
                    path: path + "?download=1", fileName: code.name + ".png",
                    note: wording("public.note", ["size": String(CodeDesign.standardPixels)]))
                : nil,
            gone: hasPicture ? nil : wording(isExpired ? "public.expired" : "public.gone"))
        return try renderer.publicPage("public/code", view, title: code.name, in: visit)
    }

    @Sendable private func image(_ visit: PublicVisit, _ slug: String) async throws -> Response {
        let code = try await found(slug, visit).code
        // One size for everybody: what costs much to draw is for members.
        let png = try await pictures.publicBytes(of: code, pixels: CodeDesign.standardPixels)
        var response = Response.bytes(png, type: "image/png")
        response.fields["Cache-Control"] = "public, max-age=300"
        if visit.request.query("download") != nil {
            response.fields["Content-Disposition"] =
                ContentDisposition.attachment(named: code.name + ".png")
        }
        return response
    }

    /// - Throws: `DeadLink` for an unknown or deleted code, without a difference.
    private func found(_ slug: String, _ visit: PublicVisit) async throws -> (
        code: QRCode, account: String
    ) {
        guard let found = try await installation.qrCodes.find(slug: slug) else {
            throw DeadLink.code
        }
        return found
    }
}
