import HTTP
import Matou

/// `/api/v1/tags`.
struct TagAPI: APIResource {
    private enum Family: String, CaseIterable { case contact, follower }

    let tags: Tags

    var schemas: [String: JSON] { TagSchemas.all }

    var routes: [APIRoute] {
        let filters: [Operation.Parameter] = [
            .choice("family", "Contact tags, ours, unless told.", Family.allCases.map(\.rawValue)),
            .text("account_id", "Whose follower tags."),
        ]
        let making = Operation(
            summary: "Make a tag, or find the one of this name. WeChat's are asked for in a job.",
            body: "NewTag", answer: .object("Tag", status: 201))
        let sync = Operation(
            summary: "Read an account's follower tags from WeChat.", body: "TagSync",
            answer: .object("TagSyncResult"))
        return [
            APIRoute(
                .get, "/tags", list, for: .viewer,
                Operation(
                    summary: "List tags by name.",
                    query: filters + Operation.Parameter.paging(sort: Tags.sort),
                    answer: .list(of: "Tag"))),
            APIRoute(.post, "/tags", make, for: .editor, making),
            APIRoute(
                .get, "/tags/{id}", show, for: .viewer,
                Operation(summary: "Get a tag.", answer: .object("Tag"))),
            APIRoute(
                .patch, "/tags/{id}", rename, for: .editor,
                Operation(
                    summary: "Rename a contact tag.", body: "TagChange", answer: .object("Tag"))),
            APIRoute(
                .delete, "/tags/{id}", delete, for: .editor,
                Operation(
                    summary: "Delete a contact tag and take it off everybody.", answer: .nothing)),
            APIRoute(
                .get, "/tags/{id}/uses", uses, for: .viewer,
                Operation(
                    summary: "List the codes that put a contact tag on, the oldest first.",
                    query: Operation.Parameter.paging(sort: Tags.usesSort),
                    answer: .list(of: "TagUse"))),
            APIRoute(.post, "/tag-syncs", self.sync, for: .editor, sync),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let family: Family = try call.choice("family") ?? .contact
        let (limit, cursor) = try call.paging(sort: Tags.sort)
        let account: Account.ID? = try call.query("account_id")
        switch family {
        case .contact:
            if account != nil { throw Refusal.invalid("account_id", .notWith("family")) }
            let page = try await tags.contactTags(
                after: cursor, limit: limit, for: call.principal)
            return try .list(page.elements.map(JSON.init), next: page.next)
        case .follower:
            guard let account else { throw Refusal.invalid("account_id", .required) }
            // At most a hundred and the few that wait to be made: always one page.
            let found = try await tags.followerTags(of: account, for: call.principal)
            return try .list(found.map { JSON($0, call.locales) }, next: nil)
        }
    }

    @Sendable private func make(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let words = body.text("family") ?? Family.contact.rawValue
        let name = body.text("name")
        let account = body.text("account_id")
        let family = Family(rawValue: words)
        if family == nil { body.add("family", .notOneOf(Family.allCases.map(\.rawValue))) }
        if name == nil { body.add("name", .required) }
        if family == .follower, account == nil { body.add("account_id", .required) }
        if family == .contact, account != nil { body.add("account_id", .notWith("family")) }
        try body.check()
        if let account {
            let tag = try await tags.makeFollowerTag(
                named: name ?? "", of: Account.ID(account), by: call.principal)
            return try .json(JSON(tag, call.locales), status: .created)
        }
        let tag = try await tags.makeContactTag(named: name ?? "", by: call.principal)
        return try .json(JSON(tag), status: .created)
    }

    @Sendable private func show(_ call: APICall, _ id: TagID) async throws -> Response {
        switch id {
        case .contact(let id):
            try .json(JSON(try await tags.contactTag(id, for: call.principal)))
        case .follower(let id):
            try .json(JSON(try await tags.followerTag(id, for: call.principal), call.locales))
        }
    }

    @Sendable private func rename(_ call: APICall, _ id: ContactTag.ID) async throws -> Response {
        let tag = try await tags.contactTag(id, for: call.principal)
        var body = try JSONBody(call.request)
        let name = body.text("name")
        try body.check()
        guard let name else { return try .json(JSON(tag)) }
        return try .json(
            JSON(try await tags.renameContactTag(tag.id, to: name, by: call.principal)))
    }

    @Sendable private func delete(_ call: APICall, _ id: ContactTag.ID) async throws -> Response {
        try await tags.deleteContactTag(id, by: call.principal)
        return .empty(.noContent)
    }

    @Sendable private func uses(_ call: APICall, _ id: ContactTag.ID) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Tags.usesSort)
        let page = try await tags.uses(of: id, after: cursor, limit: limit, for: call.principal)
        return try .list(
            page.elements.map { code in
                [
                    "code_id": .string(code.id.text), "name": .string(code.name),
                    "source": .string(code.source),
                ]
            }, next: page.next)
    }

    @Sendable private func sync(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let account = body.text("account_id")
        if account == nil { body.add("account_id", .required) }
        try body.check()
        let id = Account.ID(account ?? "")
        let fault = try await tags.sync(id, by: call.principal)
        let found = try await tags.followerTags(of: id, for: call.principal)
        return try .json([
            "failure": JSON(fault, call.locales),
            "tags": .array(found.map { JSON($0, call.locales) }),
        ])
    }
}

/// A tag of either family.
private enum TagID: ParameterValue {
    case contact(ContactTag.ID)
    case follower(FollowerTag.ID)

    static func parameter(_ text: String) -> TagID? {
        ContactTag.ID.parameter(text).map(TagID.contact)
            ?? FollowerTag.ID.parameter(text).map(TagID.follower)
    }
}

extension JSON {
    init(_ tag: ContactTag) {
        self = [
            "id": .string(tag.id.text), "family": "contact", "name": .string(tag.name),
            "account_id": .null, "wechat_id": .null, "followers": .null, "failure": .null,
        ]
    }

    init(_ tag: FollowerTag, _ locales: Locales) {
        self = [
            "id": .string(tag.id.text), "family": "follower", "name": .string(tag.name),
            "account_id": .string(tag.account.text), "wechat_id": JSON(tag.wechatID),
            "followers": JSON(tag.followers), "failure": JSON(tag.fault, locales),
        ]
    }

    init(_ tagging: FollowerTagging.Entry, _ locales: Locales) {
        self = [
            "tag_id": .string(tagging.tag.text), "name": .string(tagging.name),
            "openid": .string(tagging.openid), "state": .string(tagging.state.rawValue),
            "failure": JSON(tagging.fault, locales), "asked_at": .string(tagging.askedAt.rfc3339),
        ]
    }
}

enum TagSchemas {
    private typealias Common = CommonSchemas

    private static let family: JSON = ["type": "string", "enum": ["contact", "follower"]]
    private static let name: JSON = CommonSchemas.line(max: ContactTag.nameLimit)
    private static let optionalInteger: JSON = ["type": ["integer", "null"]]

    static let all: [String: JSON] = [
        "Tag": Common.object([
            "id": Common.text, "family": family, "name": Common.text,
            "account_id": Common.optionalText, "wechat_id": optionalInteger,
            "followers": optionalInteger, "failure": ["$ref": "#/components/schemas/Fault"],
        ]),
        "NewTag": Common.body(
            required: ["name"],
            ["family": family, "name": name, "account_id": Common.optionalText]),
        "TagUse": Common.object([
            "code_id": Common.text, "name": Common.text, "source": Common.text,
        ]),
        "TagChange": Common.body(required: [], ["name": name]),
        "TagSync": Common.body(required: ["account_id"], ["account_id": Common.text]),
        "TagSyncResult": Common.object([
            "failure": ["$ref": "#/components/schemas/Fault"],
            "tags": ["type": "array", "items": ["$ref": "#/components/schemas/Tag"]],
        ]),
        "FollowerTagging": Common.object([
            "tag_id": Common.text, "name": Common.text, "openid": Common.text,
            "asked_at": Common.time,
            "state": CommonSchemas.choice(of: FollowerTagging.State.self),
            "failure": ["$ref": "#/components/schemas/Fault"],
        ]),
    ]
}
