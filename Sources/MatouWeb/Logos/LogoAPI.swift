import Foundation
import HTTP
import Imaging
import Matou

/// `/api/v1/logos`.
struct LogoAPI: APIResource {
    /// A logo's file in base64, with room for the rest.
    static let bodyBytesMax = Logo.fileBytesMax / 3 * 4 + (64 << 10)

    /// The bytes say which it is.
    private static let fileTypes = ["image/png", "image/jpeg"]

    let installation: Installation

    private var logos: Logos { installation.logos }

    var schemas: [String: JSON] { LogoSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .get, "/logos", list, for: .viewer,
                Operation(
                    summary: "List the logos, at most \(UploadedLogo.countMax), the newest first.",
                    query: Operation.Parameter.paging(sort: UploadedLogo.sort),
                    answer: .list(of: "Logo"))),
            APIRoute(
                .post, "/logos", upload, for: .editor,
                Operation(
                    summary:
                        "Upload a PNG or JPEG picture as a logo: at most 10 MB, 65 million pixels.",
                    query: [.text("name", "What to call it, when the body is the file itself.")],
                    body: "NewLogo", fileBody: Self.fileTypes,
                    answer: .object("Logo", status: 201), conflicts: [.tooManyLogos]),
                bodyBytesMax: Self.bodyBytesMax),
            APIRoute(
                .get, "/logos/{id}", show, for: .viewer,
                Operation(summary: "Get a logo.", answer: .object("Logo"), isConditional: true)),
            APIRoute(
                .get, "/logos/{id}/image", image, for: .viewer,
                Operation(summary: "Get the picture.", answer: .picture, isConditional: true)),
            APIRoute(
                .delete, "/logos/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete a logo that no code's looks have.", answer: .nothing,
                    conflicts: [.logoInUse])),
            APIRoute(
                .get, "/accounts/{id}/logo", ofNewCodes, for: .viewer,
                Operation(
                    summary: "Get the logo that the account's new codes have.",
                    answer: .object("AccountLogo"))),
            APIRoute(
                .patch, "/accounts/{id}/logo", setOfNewCodes, for: .editor,
                Operation(
                    summary: "Choose the logo that the account's new codes have, null for none.",
                    body: "AccountLogo", answer: .object("AccountLogo"),
                    conflicts: [.designUnreadable])),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: UploadedLogo.sort)
        let page = try await logos.page(after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { JSON($0) }, next: page.next)
    }

    @Sendable private func upload(_ call: APICall) async throws -> Response {
        let type = call.request.fields["content-type"]?.lowercased() ?? ""
        if Self.fileTypes.contains(type) {
            let name = call.request.query("name") ?? ""
            return try await upload(call.request.body, named: name, call)
        }
        var body = try JSONBody(call.request)
        let name = body.text("name") ?? ""
        var file: [UInt8] = []
        if let text = body.text("file") {
            if let data = Data(base64Encoded: text) {
                file = Array(data)
            } else {
                body.add("file", .malformed)
            }
        }
        try body.check()
        return try await upload(file, named: name, call)
    }

    private func upload(
        _ file: [UInt8], named name: String, _ call: APICall
    ) async throws -> Response {
        let logo = try await logos.upload(file, named: name, by: call.principal)
        return try .json(JSON(logo), status: .created).located(at: "/logos/\(logo.id)")
    }

    @Sendable private func show(_ call: APICall, _ id: UploadedLogo.ID) async throws -> Response {
        try await .json(JSON(logos.find(id, for: call.principal)))
    }

    @Sendable private func image(_ call: APICall, _ id: UploadedLogo.ID) async throws -> Response {
        let bytes = try await logos.image(id, in: call.principal.workspace)
        var response = Response.bytes(bytes, type: "image/png")
        response.fields["ETag"] = EntityTag(of: bytes).fieldValue
        return response
    }

    @Sendable private func delete(_ call: APICall, _ id: UploadedLogo.ID) async throws -> Response {
        try await logos.delete(id, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func ofNewCodes(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let account = try await account(id, call)
        let logo = try await installation.designs.logoOfNewCodes(on: account, for: call.principal)
        return try .json(["logo": JSON(logo?.text)])
    }

    @Sendable private func setOfNewCodes(
        _ call: APICall, _ id: Account.ID
    ) async throws -> Response {
        let account = try await account(id, call)
        var body = try JSONBody(call.request)
        if !body.has("logo") { body.add("logo", .required) }
        let logo = body.text("logo").map { UploadedLogo.ID($0) }
        try body.check()
        try await installation.designs.setLogoOfNewCodes(logo, on: account, by: call.principal)
        return try .json(["logo": JSON(logo?.text)])
    }

    private func account(_ id: Account.ID, _ call: APICall) async throws -> Account.ID {
        try await installation.accounts.find(id, for: call.principal).id
    }
}

extension JSON {
    fileprivate init(_ logo: UploadedLogo) {
        self = [
            "id": .string(logo.id.text), "name": .string(logo.name), "width": JSON(logo.width),
            "height": JSON(logo.height), "created_by": .string(logo.createdBy),
            "created_at": .string(logo.createdAt.rfc3339),
        ]
    }
}

/// What the published document says of them.
enum LogoSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Logo": Common.object([
            "id": Common.text, "name": Common.text, "width": Common.count, "height": Common.count,
            "created_by": Common.text, "created_at": Common.time,
        ]),
        "AccountLogo": Common.object(["logo": Common.optionalText]),
        "NewLogo": Common.body(
            required: ["name", "file"],
            [
                "name": CommonSchemas.line(max: UploadedLogo.nameLimit),
                "file": ["type": "string", "contentEncoding": "base64"],
            ]),
    ]
}
