import HTTP
import Matou

/// `/api/v1/forms`.
struct FormAPI: APIResource {
    let forms: Forms
    let settings: SiteSettings

    var schemas: [String: JSON] { FormSchemas.all }

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging(sort:)
        let creation = Operation(
            summary: "Make a form.", body: "NewForm", answer: .object("Form", status: 201),
            isIdempotent: true)
        let changing = Operation(
            summary: "Change a form; members left out stay.", body: "FormChange",
            answer: .object("Form"), isConditional: true)
        return [
            APIRoute(
                .get, "/forms", list, for: .viewer,
                Operation(
                    summary: "List forms, the latest first.",
                    query: [.text("title", "Part of the title.")] + paging(Matou.Form.sort),
                    answer: .list(of: "Form"))),
            APIRoute(
                .get, "/forms/deleted", deleted, for: .viewer,
                Operation(
                    summary: "List deleted forms, the last deletion first.",
                    query: paging(Matou.Form.deletedSort),
                    answer: .list(of: "Form"))),
            APIRoute(.post, "/forms", create, for: .editor, creation),
            APIRoute(
                .get, "/forms/{id}", show, for: .viewer,
                Operation(summary: "Get a form.", answer: .object("Form"), isConditional: true)),
            APIRoute(.patch, "/forms/{id}", change, for: .editor, changing),
            APIRoute(
                .delete, "/forms/{id}", delete, for: .editor,
                Operation(
                    summary:
                        "Delete a form that no code sends; what was sent stays with the contacts.",
                    answer: .nothing, isConditional: true, conflicts: [.formInUse])),
            APIRoute(
                .post, "/forms/{id}/restorations", restore, for: .editor,
                Operation(
                    summary: "Go back to a version of a form, or bring a deleted form back.",
                    body: "Restoration", isBodyOptional: true, answer: .object("Form"),
                    isConditional: true,
                    conflicts: [.formNotDeleted])),
            APIRoute(
                .get, "/forms/{id}/uses", uses, for: .viewer,
                Operation(
                    summary: "List the codes that send a form, the oldest first.",
                    query: Operation.Parameter.paging(sort: ReplyUse.sort),
                    answer: .list(of: "ReplyUse"))),
            APIRoute(
                .get, "/forms/{id}/submissions", submissions, for: .viewer,
                Operation(
                    summary: "List what people sent, the latest first.",
                    query: [
                        .text("code_id", "What answers the scans of this code."),
                        .text("contact_id", "What this contact sent, merged ones too."),
                    ] + paging(FormSubmission.sort),
                    answer: .list(of: "FormSubmission"))),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Matou.Form.sort)
        let page = try await forms.page(
            titled: call.request.query("title") ?? "", after: cursor, limit: limit,
            for: call.principal)
        return try .list(page.elements.map(json), next: page.next)
    }

    @Sendable private func create(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let draft = draft(from: &body, onto: Matou.Form.Draft())
        let form = try await forms.create(
            draft, once: call.idempotencyKey(), by: call.principal)
        return try .json(json(form), status: .created, version: form.version).located(at: form.path)
    }

    @Sendable private func show(_ call: APICall, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await forms.find(id, for: call.principal)
        return try .json(json(form), version: form.version)
    }

    @Sendable private func change(_ call: APICall, _ id: Matou.Form.ID) async throws -> Response {
        try await call.merging {
            let present = try await forms.find(id, for: call.principal)
            var body = try JSONBody(call.request)
            let draft = draft(from: &body, onto: Matou.Form.Draft(present))
            let changed = try await forms.change(
                present.id, to: draft,
                ifVersion: call.expectedVersion(present.version) ?? present.version,
                by: call.principal)
            return try .json(json(changed), version: changed.version)
        }
    }

    @Sendable private func delete(_ call: APICall, _ id: Matou.Form.ID) async throws -> Response {
        let present = try await forms.find(id, for: call.principal)
        try await forms.delete(
            present.id, ifVersion: call.expectedVersion(present.version), by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func deleted(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Matou.Form.deletedSort)
        let page = try await forms.deletedPage(after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(json), next: page.next)
    }

    @Sendable private func restore(_ call: APICall, _ id: Matou.Form.ID) async throws -> Response {
        var body = try JSONBody.optional(call.request)
        let version = body.integer("version")
        try body.check()
        let present = try await forms.find(evenDeleted: id, for: call.principal)
        let expected = try call.expectedVersion(present.version)
        let form =
            if let version {
                try await forms.goBack(id, to: version, ifVersion: expected, by: call.principal)
            } else {
                try await forms.restore(id, by: call.principal)
            }
        return try .json(json(form), version: form.version)
    }

    @Sendable private func uses(_ call: APICall, _ id: Matou.Form.ID) async throws -> Response {
        let form = try await forms.find(id, for: call.principal)
        let (limit, cursor) = try call.paging(sort: ReplyUse.sort)
        let page = try await forms.uses(
            of: form.id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func submissions(
        _ call: APICall, _ id: Matou.Form.ID
    ) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: FormSubmission.sort)
        let page = try await forms.submissions(
            of: id, by: try call.query("code_id"), from: try call.query("contact_id"),
            after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    private func draft(
        from body: inout JSONBody, onto base: Matou.Form.Draft
    ) -> Matou.Form.Draft {
        var draft = base
        if body.has("title") { draft.title = body.text("title") ?? "" }
        if body.has("description") { draft.description = body.text("description") ?? "" }
        if body.has("submit_label") { draft.submitLabel = body.text("submit_label") ?? "" }
        if body.has("open") { draft.isOpen = body.bool("open") ?? false }
        if body.has("fields") {
            let fields = (body.array("fields") ?? []).prefix(Matou.Form.fieldsMax + 1)
            draft.fields = fields.enumerated().map { index, json in
                field(json, at: "fields.\(index)", &body)
            }
        }
        draft.faults = body.faults
        return draft
    }

    /// A field that cannot be read leaves its place, so that the others keep theirs.
    private func field(
        _ json: JSON, at place: String, _ body: inout JSONBody
    ) -> Matou.Form.Field {
        var field = Matou.Form.Field(id: "", kind: .text, label: "")
        guard case .object(let members) = json else {
            body.add(place, .malformed)
            return field
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch (name, value) {
            case ("id", .string(let text)): field.id = text
            case ("label", .string(let text)): field.label = text
            case ("required", .bool(let flag)): field.isRequired = flag
            case ("kind", .string(let text)):
                if let kind = Matou.Form.Field.Kind(rawValue: text) {
                    field.kind = kind
                } else {
                    body.add(
                        "\(place).kind",
                        .notOneOf(Matou.Form.Field.Kind.allCases.map(\.rawValue)))
                }
            case ("role", .null): field.role = nil
            case ("role", .string(let text)):
                field.role = Matou.Form.Field.Role(rawValue: text)
                if field.role == nil {
                    body.add(
                        "\(place).role",
                        .notOneOf(Matou.Form.Field.Role.allCases.map(\.rawValue)))
                }
            case ("options", .array(let elements)):
                let texts = elements.prefix(Matou.Form.Field.optionsMax + 1).compactMap {
                    if case .string(let text) = $0 { text } else { nil as String? }
                }
                if texts.count < min(elements.count, Matou.Form.Field.optionsMax + 1) {
                    body.add("\(place).options", .malformed)
                }
                field.options = texts
            case ("id", _), ("label", _), ("required", _), ("kind", _), ("role", _),
                ("options", _):
                body.add("\(place).\(name)", .malformed)
            default: body.add("\(place).\(name)", .unknown)
            }
        }
        return field
    }

    private func json(_ form: Matou.Form) -> JSON {
        [
            "id": .string(form.id.text), "title": .string(form.title),
            "description": .string(form.description),
            "submit_label": .string(form.submitLabel), "open": .bool(form.isOpen),
            "url": .string(settings.publicURL(of: form)),
            "fields": .array(
                form.fields.map { field in
                    [
                        "id": .string(field.id), "kind": .string(field.kind.rawValue),
                        "label": .string(field.label), "required": .bool(field.isRequired),
                        "options": .array(field.options.map(JSON.string)),
                        "role": JSON(field.role?.rawValue),
                    ]
                }),
            "created_by": .string(form.createdBy), "created_at": .string(form.createdAt.rfc3339),
            "updated_by": .string(form.updatedBy), "updated_at": .string(form.updatedAt.rfc3339),
            "version": JSON(form.version),
            "deleted_at": JSON(form.deletedAt?.rfc3339),
        ]
    }
}

extension JSON {
    init(_ submission: FormSubmission) {
        self = [
            "id": .string(submission.id.text), "form_id": .string(submission.form.text),
            "contact_id": .string(submission.contact.text),
            "account_id": JSON(submission.contact.follower?.account.text),
            "openid": JSON(submission.contact.follower?.openid),
            "code_id": JSON(submission.code?.text),
            "submitted_at": .string(submission.submittedAt.rfc3339),
            "erased": .bool(submission.isErased),
            "answers": .array(
                submission.answers.sorted { $0.key < $1.key }.map {
                    ["field": .string($0.key), "values": .array($0.value.map(JSON.string))]
                }),
        ]
    }
}

enum FormSchemas {
    private typealias Common = CommonSchemas

    private static let field: JSON = Common.body(
        required: ["id", "kind", "label"],
        [
            "id": Common.text, "label": Common.text, "required": ["type": "boolean"],
            "kind": CommonSchemas.choice(of: Matou.Form.Field.Kind.self),
            "options": Common.texts, "role": Common.optionalText,
        ])
    private static let draft: [String: JSON] = [
        "title": Common.text, "description": Common.text, "submit_label": Common.text,
        "open": ["type": "boolean"], "fields": ["type": "array", "items": field],
    ]

    static let all: [String: JSON] = [
        "Form": Common.object(
            draft.merging([
                "id": Common.text, "url": Common.text, "created_by": Common.text,
                "created_at": Common.time, "updated_by": Common.text, "updated_at": Common.time,
                "version": ["type": "integer"], "deleted_at": Common.optionalTime,
            ]) { own, _ in own }),
        "NewForm": Common.body(required: ["title", "fields"], draft),
        "FormChange": Common.body(required: [], draft),
        "FormSubmission": Common.object([
            "id": Common.text, "form_id": Common.text, "contact_id": Common.text,
            "account_id": Common.optionalText, "openid": Common.optionalText,
            "code_id": Common.optionalText, "submitted_at": Common.time,
            "erased": ["type": "boolean", "description": "Whether the contact was erased."],
            "answers": [
                "type": "array",
                "items": Common.object(["field": Common.text, "values": Common.texts]),
            ],
        ]),
    ]
}
