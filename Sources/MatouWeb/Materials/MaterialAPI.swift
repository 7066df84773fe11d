import HTTP
import Matou

/// `/api/v1/materials`.
struct MaterialAPI: APIResource {
    let installation: Installation

    var schemas: [String: JSON] { MaterialSchemas.all }

    var routes: [APIRoute] {
        let filters: [Operation.Parameter] = [
            .choice("kind", "Materials of this kind.", Material.Kind.allCases.map(\.rawValue)),
            .text("name", "Part of the name."),
            .choice("uploaded_by", "Whose.", ["me"]),
        ]
        let upload = Operation(
            summary: "Upload a file, checked from its bytes; the same file is kept once.",
            query: [.text("name", "What to call it; the extension is left out.")],
            upload: MediaFormat.allCases.map(\.contentType),
            answer: .object("Material", status: 201))
        return [
            APIRoute(
                .get, "/materials", page, for: .viewer,
                Operation(
                    summary: "List the files that replies send, the newest first.",
                    query: filters + Operation.Parameter.paging(sort: MaterialFilter.sort),
                    answer: .list(of: "Material"))),
            APIRoute(.post, "/materials", create, for: .editor, upload),
            APIRoute(
                .get, "/materials/{id}", show, for: .viewer,
                Operation(
                    summary: "Get a material.", answer: .object("Material"), isConditional: true)),
            APIRoute(
                .patch, "/materials/{id}", change, for: .editor,
                Operation(
                    summary: "Rename a material.", body: "MaterialChange",
                    answer: .object("Material"), isConditional: true)),
            APIRoute(
                .delete, "/materials/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete a material that no code sends.", answer: .nothing,
                    isConditional: true, conflicts: [.materialInUse])),
            APIRoute(
                .get, "/materials/{id}/uses", uses, for: .viewer,
                Operation(
                    summary: "List the codes that send a material, the oldest first.",
                    query: Operation.Parameter.paging(sort: ReplyUse.sort),
                    answer: .list(of: "ReplyUse"))),
            APIRoute(
                .get, "/materials/{id}/file", file, for: .viewer,
                Operation(
                    summary: "Get the file.",
                    answer: .file(MediaFormat.allCases.map(\.contentType)),
                    isConditional: true)),
        ]
    }

    @Sendable private func page(_ call: APICall) async throws -> Response {
        var filter = MaterialFilter(kind: try call.choice("kind"))
        filter.name = call.request.query("name") ?? ""
        if let whose = call.request.query("uploaded_by") {
            guard whose == "me" else { throw Refusal.invalid("uploaded_by", .notOneOf(["me"])) }
            filter.isMine = true
        }
        let (limit, cursor) = try call.paging(sort: MaterialFilter.sort)
        let page = try await installation.materials.page(
            filter, after: cursor, limit: limit, for: call.principal)
        let standings = try await installation.materials.standings(
            of: page.elements.map(\.id), for: call.principal)
        return try .list(
            page.elements.map { JSON($0, standings[$0.id] ?? [], call.locales) }, next: page.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        guard let name = call.request.query("name") else {
            throw Refusal.invalid("name", .required)
        }
        let material: Material
        let isNew: Bool
        if let upload = call.request.upload {
            (material, isNew) = try await installation.materials.upload(
                upload, named: name, by: call.principal)
        } else {
            (material, isNew) = try await installation.materials.upload(
                OneChunk(bytes: call.request.body), named: name, by: call.principal)
        }
        return try await answer(material, call, status: isNew ? .created : .ok).located(
            at: material.path)
    }

    @Sendable private func show(_ call: APICall, _ id: Material.ID) async throws -> Response {
        try await answer(material(id, call), call)
    }

    @Sendable private func change(_ call: APICall, _ id: Material.ID) async throws -> Response {
        try await call.merging {
            let present = try await material(id, call)
            var body = try JSONBody(call.request)
            let name = body.has("name") ? body.text("name") ?? "" : present.name
            try body.check()
            let changed = try await installation.materials.rename(
                present.id, to: name,
                ifVersion: call.expectedVersion(present.version) ?? present.version,
                by: call.principal)
            return try await answer(changed, call)
        }
    }

    @Sendable private func delete(_ call: APICall, _ id: Material.ID) async throws -> Response {
        let present = try await material(id, call)
        try await installation.materials.delete(
            present.id, ifVersion: call.expectedVersion(present.version), by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func uses(_ call: APICall, _ id: Material.ID) async throws -> Response {
        let material = try await material(id, call)
        let (limit, cursor) = try call.paging(sort: ReplyUse.sort)
        let page = try await installation.materials.uses(
            of: material.id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func file(_ call: APICall, _ id: Material.ID) async throws -> Response {
        let material = try await material(id, call)
        return try .media(
            at: installation.materials.path(of: material, for: call.principal), material.media,
            named: material.fileName, sha256: material.sha256, to: call.request)
    }

    private func material(_ id: Material.ID, _ call: APICall) async throws -> Material {
        try await installation.materials.find(id, for: call.principal)
    }

    private func answer(
        _ material: Material, _ call: APICall, status: Status = .ok
    ) async throws -> Response {
        let standings = try await installation.materials.standings(
            of: material.id, for: call.principal)
        return try .json(
            JSON(material, standings, call.locales), status: status, version: material.version)
    }
}

extension JSON {
    fileprivate init(
        _ material: Material, _ standings: [MaterialStanding], _ locales: Locales
    ) {
        let media = material.media
        self = [
            "id": .string(material.id.text), "kind": .string(material.kind.rawValue),
            "name": .string(material.name), "format": .string(media.format.rawValue),
            "bytes": JSON(media.byteCount), "sha256": .string(material.sha256),
            "width": JSON(media.size?.width), "height": JSON(media.size?.height),
            "duration_seconds": media.duration.map { .number($0 / .seconds(1)) } ?? .null,
            "animated": .bool(media.isAnimated),
            "accounts": .array(standings.map { JSON($0, locales) }),
            "created_by": .string(material.createdBy),
            "created_at": .string(material.createdAt.rfc3339),
            "updated_by": .string(material.updatedBy),
            "updated_at": .string(material.updatedAt.rfc3339),
            "version": JSON(material.version),
        ]
    }

    private init(_ standing: MaterialStanding, _ locales: Locales) {
        let word: String
        var until: Timestamp?
        var refusal: (fault: WeChatFault, at: Timestamp)?
        switch standing.state {
        case .uploaded(let end):
            word = "uploaded"
            until = end
        case .expired: word = "expired"
        case .rejected(let fault, let time):
            word = "rejected"
            refusal = (fault, time)
        }
        self = [
            "account_id": .string(standing.account.text), "state": .string(word),
            "expires_at": JSON(until?.rfc3339), "failure": JSON(refusal?.fault, locales),
            "rejected_at": JSON(refusal?.at.rfc3339),
        ]
    }
}

/// What the published document says of them.
enum MaterialSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Material": Common.object([
            "id": Common.text,
            "kind": CommonSchemas.choice(of: Material.Kind.self),
            "name": Common.text,
            "format": CommonSchemas.choice(of: MediaFormat.self),
            "bytes": Common.count, "sha256": Common.text,
            "width": ["type": ["integer", "null"]], "height": ["type": ["integer", "null"]],
            "duration_seconds": ["type": ["number", "integer", "null"]],
            "animated": ["type": "boolean"],
            "accounts": [
                "type": "array",
                "items": Common.object([
                    "account_id": Common.text,
                    "state": ["type": "string", "enum": ["uploaded", "expired", "rejected"]],
                    "expires_at": Common.optionalTime,
                    "failure": ["$ref": "#/components/schemas/Fault"],
                    "rejected_at": Common.optionalTime,
                ]),
            ],
            "created_by": Common.text, "created_at": Common.time, "updated_by": Common.text,
            "updated_at": Common.time, "version": ["type": "integer"],
        ]),
        "MaterialChange": Common.body(
            required: [],
            ["name": CommonSchemas.line(max: Material.nameLimit)]),
    ]
}
