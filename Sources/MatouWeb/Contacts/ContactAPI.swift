import HTTP
import Matou

/// `/api/v1/contacts`.
struct ContactAPI: APIResource {
    let installation: Installation

    private var contacts: Contacts { installation.contacts }

    var schemas: [String: JSON] { ContactSchemas.all }

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging(sort: ContactFilter.sort)
        let filters: [Operation.Parameter] = [
            .text("q", "The beginning of an openid or name, a mobile number or e-mail address."),
            .text("tag_id", "Who wears this contact tag."),
            .text("code_id", "Who scanned this code."),
            .text("account_id", "Who follows this account, or has; besides the others."),
        ]
        let tagging = Operation(
            summary: "Put a contact tag on, by its name.", body: "ContactTagging",
            answer: .object("Contact"))
        return [
            APIRoute(
                .get, "/contacts", list, for: .viewer,
                Operation(
                    summary: "List contacts; `q`, else `tag_id`, else `code_id` narrows it.",
                    query: filters + paging, answer: .list(of: "Contact"))),
            APIRoute(
                .get, "/contacts/{id}", show, for: .viewer,
                Operation(
                    summary: "Get a contact; one merged into another answers as that one.",
                    answer: .object("Contact"))),
            APIRoute(
                .delete, "/contacts/{id}", erase, for: .admin,
                Operation(
                    summary: """
                        Erase what is personal of a contact: names, keys, tags, answers, messages; the \
                        facts stay under the openid, and so do the figures.
                        """, answer: .nothing)),
            APIRoute(
                .get, "/contacts/{id}/events", events, for: .viewer,
                Operation(
                    summary: "List what happened to a contact, the latest first.",
                    query: Operation.Parameter.paging(sort: TimelineEntry.sort),
                    answer: .list(of: "ContactEvent"))),
            APIRoute(
                .get, "/contacts/{id}/merges", merges, for: .viewer,
                Operation(
                    summary: "List the merges of a contact, undone ones too, the latest first.",
                    query: Operation.Parameter.paging(sort: ContactMerge.sort),
                    answer: .list(of: "ContactMerge"))),
            APIRoute(
                .get, "/contacts/{id}/submissions", submissions, for: .viewer,
                Operation(
                    summary: "List what a contact sent with forms, the latest first.",
                    query: Operation.Parameter.paging(sort: FormSubmission.sort),
                    answer: .list(of: "FormSubmission"))),
            APIRoute(
                .get, "/contacts/{id}/audiences", audiences, for: .viewer,
                Operation(
                    summary: "List the audiences that a contact is in, the latest first.",
                    query: Operation.Parameter.paging(sort: Audience.sort),
                    answer: .list(of: "Audience"))),
            APIRoute(
                .get, "/contacts/{id}/follower-tags", followerTags, for: .viewer,
                Operation(
                    summary: "List the follower tags that codes have asked for a contact.",
                    answer: .list(of: "FollowerTagging"))),
            APIRoute(.post, "/contacts/{id}/tags", tag, for: .editor, tagging),
            APIRoute(
                .delete, "/contacts/{id}/tags/{tag}", untag, for: .editor,
                Operation(summary: "Take a contact tag off.", answer: .nothing)),
            APIRoute(
                .delete, "/contact-merges/{id}", undo, for: .editor,
                Operation(summary: "Undo a merge.", answer: .nothing)),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        var filter = ContactFilter()
        filter.search = call.request.query("q") ?? ""
        filter.tag = try call.query("tag_id")
        filter.code = try call.query("code_id")
        filter.account = try call.query("account_id")
        let (limit, cursor) = try call.paging(sort: ContactFilter.sort)
        let page = try await contacts.page(
            filter, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func show(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        try .json(JSON(try await contacts.find(id, for: call.principal)))
    }

    @Sendable private func erase(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        try await contacts.erase(id, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func events(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: TimelineEntry.sort)
        let page = try await contacts.timeline(
            of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { JSON($0, call.locales) }, next: page.next)
    }

    @Sendable private func merges(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        let contact = try await contacts.find(id, for: call.principal)
        let (limit, cursor) = try call.paging(sort: ContactMerge.sort)
        let page = try await contacts.mergePage(
            of: contact, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func submissions(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: FormSubmission.sort)
        let contact = try await contacts.find(id, for: call.principal)
        let page = try await installation.forms.submissions(
            of: contact, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    @Sendable private func audiences(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Audience.sort)
        let contact = try await contacts.find(id, for: call.principal)
        let page = try await installation.audiences.page(
            with: contact, after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map(JSON.init), next: page.next)
    }

    /// A follower has twenty at most at WeChat, and a contact few followers: always one page.
    @Sendable private func followerTags(_ call: APICall, _ id: Contact.ID) async throws -> Response
    {
        let contact = try await contacts.find(id, for: call.principal)
        let tags = try await contacts.followerTags(of: contact, for: call.principal)
        return try .list(tags.map { JSON($0, call.locales) }, next: nil)
    }

    @Sendable private func tag(_ call: APICall, _ id: Contact.ID) async throws -> Response {
        let contact = try await contacts.find(id, for: call.principal)
        var body = try JSONBody(call.request)
        let name = body.text("name")
        if name == nil { body.add("name", .required) }
        try body.check()
        return try .json(
            JSON(try await contacts.tag(contact.id, with: name ?? "", by: call.principal)))
    }

    @Sendable private func untag(
        _ call: APICall, _ id: Contact.ID, _ tagID: ContactTag.ID
    ) async throws -> Response {
        _ = try await contacts.untag(id, from: tagID, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func undo(_ call: APICall, _ id: ContactMerge.ID) async throws -> Response {
        try await contacts.undo(id, by: call.principal)
        return .empty(.noContent)
    }
}

extension JSON {
    init(_ contact: Contact) {
        self = [
            "id": .string(contact.id.text), "name": JSON(contact.name),
            "identities": .array(
                contact.identities.map { identity in
                    [
                        "id": .string(identity.id.text),
                        "account_id": JSON(identity.follower?.account.text),
                        "openid": JSON(identity.follower?.openid),
                        "following": identity.isFollowing.map(JSON.bool) ?? .null,
                        "source_code_id": JSON(identity.source?.id.text),
                        "source": JSON(identity.source?.source),
                        "seen_at": JSON(identity.seenAt?.rfc3339),
                    ]
                }),
            "keys": .array(
                contact.keys.map {
                    ["kind": .string($0.kind.rawValue), "value": .string($0.value)]
                }),
            "tags": .array(
                contact.tags.map {
                    [
                        "id": .string($0.tag.id.text), "name": .string($0.tag.name),
                        "code_id": JSON($0.code?.text), "tagged_at": .string($0.at.rfc3339),
                    ]
                }),
        ]
    }

    init(_ merge: ContactMerge) {
        self = [
            "id": .string(merge.id.text), "one": .string(merge.one.text),
            "other": .string(merge.other.text), "kind": .string(merge.key.kind.rawValue),
            "value": JSON(merge.shownKey), "merged_at": .string(merge.mergedAt.rfc3339),
            "undone_at": JSON(merge.undoneAt?.rfc3339), "undone_by": JSON(merge.undoneBy),
        ]
    }

    init(_ entry: TimelineEntry, _ locales: Locales) {
        var kind = ""
        var follower: FollowerKey?
        var code: CodeName?
        var tag: String?
        var form: String?
        var merge: String?
        var fault: WeChatFault?
        switch entry.event {
        case .fact(let fact, let name, let scanned, _, let failure):
            (kind, follower, code, fault) = (fact.rawValue, name, scanned, failure)
        case .tagged(let put, let scanned, _): (kind, tag, code) = ("tagged", put.id.text, scanned)
        case .submitted(let id, _): (kind, form) = ("form_submitted", id)
        case .merged(let made): (kind, merge) = ("merged", made.id.text)
        case .parted(let made): (kind, merge) = ("parted", made.id.text)
        }
        self = [
            "kind": .string(kind), "at": .string(entry.at.rfc3339),
            "account_id": JSON(follower?.account.text), "openid": JSON(follower?.openid),
            "code_id": JSON(code?.id.text), "tag_id": JSON(tag), "form_id": JSON(form),
            "merge_id": JSON(merge), "failure": JSON(fault, locales),
        ]
    }
}

enum ContactSchemas {
    private typealias Common = CommonSchemas

    private static let keyKind: JSON = CommonSchemas.choice(of: ContactKey.Kind.self)

    static let all: [String: JSON] = [
        "Contact": Common.object([
            "id": Common.text, "name": Common.optionalText,
            "identities": [
                "type": "array",
                "items": Common.object([
                    "id": Common.text, "account_id": Common.optionalText,
                    "openid": Common.optionalText, "following": ["type": ["boolean", "null"]],
                    "source_code_id": Common.optionalText, "source": Common.optionalText,
                    "seen_at": Common.optionalTime,
                ]),
            ],
            "keys": [
                "type": "array", "items": Common.object(["kind": keyKind, "value": Common.text]),
            ],
            "tags": [
                "type": "array",
                "items": Common.object([
                    "id": Common.text, "name": Common.text, "code_id": Common.optionalText,
                    "tagged_at": Common.time,
                ]),
            ],
        ]),
        "ContactTagging": Common.body(required: ["name"], ["name": Common.text]),
        "ContactMerge": Common.object([
            "id": Common.text, "one": Common.text, "other": Common.text, "kind": keyKind,
            "value": Common.optionalText, "merged_at": Common.time,
            "undone_at": Common.optionalTime,
            "undone_by": Common.optionalText,
        ]),
        "ContactEvent": Common.object([
            "kind": Common.text, "at": Common.time, "account_id": Common.optionalText,
            "openid": Common.optionalText, "code_id": Common.optionalText,
            "tag_id": Common.optionalText, "form_id": Common.optionalText,
            "merge_id": Common.optionalText, "failure": ["$ref": "#/components/schemas/Fault"],
        ]),
    ]
}
