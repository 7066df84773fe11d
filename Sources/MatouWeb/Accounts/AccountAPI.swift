import HTTP
import Matou

/// `/api/v1/accounts`.
struct AccountAPI: APIResource {
    let accounts: Accounts
    let settings: SiteSettings

    var schemas: [String: JSON] { AccountSchemas.all }

    var routes: [APIRoute] {
        let creation = Operation(
            summary: """
                Connect an official account and check its secret with WeChat; a token or key left out \
                is made, and told at `/accounts/{id}/callback`.
                """,
            body: "NewAccount", answer: .object("Account", status: 201), isIdempotent: true)
        let changing = Operation(
            summary: "Change an account; members left out stay, secrets too.",
            body: "AccountChange", answer: .object("Account"), isConditional: true)
        return [
            APIRoute(
                .get, "/accounts", list, for: .viewer,
                Operation(
                    summary: "List the accounts, the oldest first.",
                    query: Operation.Parameter.paging(sort: Account.sort),
                    answer: .list(of: "Account"))),
            APIRoute(.post, "/accounts", connect, for: .admin, creation),
            APIRoute(
                .get, "/accounts/{id}", show, for: .viewer,
                Operation(
                    summary: "Get an account.", answer: .object("Account"), isConditional: true)),
            APIRoute(
                .get, "/accounts/{id}/health", health, for: .viewer,
                Operation(
                    summary: "Get what tells whether the account works.",
                    answer: .object("AccountHealth"))),
            APIRoute(
                .get, "/accounts/{id}/callback", callback, for: .admin,
                Operation(
                    summary: "Get what to paste at WeChat, its token and EncodingAESKey in clear.",
                    answer: .object("AccountCallback"))),
            APIRoute(
                .post, "/accounts/{id}/check", check, for: .editor,
                Operation(
                    summary: "Ask WeChat now for a token and what is left of the day's calls.",
                    answer: .object("AccountHealth"))),
            APIRoute(.patch, "/accounts/{id}", change, for: .admin, changing),
            APIRoute(
                .delete, "/accounts/{id}", delete, for: .admin,
                Operation(
                    summary: "Take out an account without codes.", answer: .nothing,
                    isConditional: true, conflicts: [.accountHasCodes])),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: Account.sort)
        let page = try await accounts.page(after: cursor, limit: limit, for: call.principal)
        return try .list(page.elements.map { json($0, call) }, next: page.next)
    }

    @Sendable private func connect(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let draft = draft(from: &body, onto: Account.Draft())
        let account = try await accounts.connect(
            draft, once: call.idempotencyKey(), by: call.principal)
        return try .json(
            json(account, call), status: .created, version: account.version
        ).located(at: account.path)
    }

    @Sendable private func show(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let account = try await accounts.find(id, for: call.principal)
        return try .json(json(account, call), version: account.version)
    }

    @Sendable private func health(_ call: APICall, _ id: Account.ID) async throws -> Response {
        try .json(JSON(try await accounts.checkup(of: id, for: call.principal), call.locales))
    }

    @Sendable private func callback(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let account = try await accounts.find(id, for: call.principal)
        let secrets = try await accounts.callbackSecrets(of: account.id, by: call.principal)
        return try .json([
            "url": .string(settings.callbackURL(of: account)), "token": .string(secrets.token),
            "aes_key": .string(secrets.aesKey),
            "message_mode": .string(account.messageMode.rawValue),
        ])
    }

    @Sendable private func check(_ call: APICall, _ id: Account.ID) async throws -> Response {
        try await accounts.check(id, by: call.principal)
        return try await health(call, id)
    }

    @Sendable private func change(_ call: APICall, _ id: Account.ID) async throws -> Response {
        try await call.merging {
            let present = try await accounts.find(id, for: call.principal)
            var body = try JSONBody(call.request)
            let draft = draft(from: &body, onto: Account.Draft(present))
            let changed = try await accounts.change(
                present.id, to: draft,
                ifVersion: call.expectedVersion(present.version) ?? present.version,
                by: call.principal)
            return try .json(json(changed, call), version: changed.version)
        }
    }

    @Sendable private func delete(_ call: APICall, _ id: Account.ID) async throws -> Response {
        let present = try await accounts.find(id, for: call.principal)
        try await accounts.delete(
            present.id, ifVersion: call.expectedVersion(present.version), by: call.principal)
        return .empty(.noContent)
    }

    private func draft(from body: inout JSONBody, onto base: Account.Draft) -> Account.Draft {
        var draft = base
        if body.has("name") { draft.name = body.text("name") ?? "" }
        if body.has("app_id") { draft.appID = body.text("app_id") ?? "" }
        if body.has("original_id") { draft.originalID = body.text("original_id") ?? "" }
        if body.has("secret") { draft.secret = body.text("secret") }
        if body.has("token") { draft.token = body.text("token") }
        if body.has("aes_key") { draft.aesKey = body.text("aes_key") }
        if body.has("message_mode") { draft.messageMode = body.text("message_mode") ?? "" }
        if body.has("verified") { draft.isVerified = body.bool("verified") ?? false }
        draft.faults = body.faults
        return draft
    }

    /// Never with a secret in it.
    func json(_ account: Account, _ call: APICall) -> JSON {
        [
            "id": .string(account.id.text), "kind": .string(account.kind.rawValue),
            "name": .string(account.name), "app_id": .string(account.appID),
            "original_id": .string(account.originalID),
            "message_mode": .string(account.messageMode.rawValue),
            "verified": .bool(account.isVerified),
            "authorization": .string(account.authorization.rawValue),
            "callback_url": .string(settings.callbackURL(of: account)),
            "callback_verified_at": JSON(account.health.callbackVerifiedAt?.rfc3339),
            "callback_seen_at": JSON(account.health.callbackSeenAt?.rfc3339),
            "api_fault": JSON(account.health.apiFault, call.locales),
            "created_by": .string(account.createdBy),
            "created_at": .string(account.createdAt.rfc3339),
            "updated_by": .string(account.updatedBy),
            "updated_at": .string(account.updatedAt.rfc3339),
            "version": JSON(account.version),
        ]
    }
}

extension SiteSettings {
    /// The address to paste into WeChat's console.
    func callbackURL(of account: Account) -> String {
        "\(publicURL)/callbacks/wechat/\(account.appID)"
    }
}

enum AccountSchemas {
    private typealias Common = CommonSchemas

    private static let mode: JSON = CommonSchemas.choice(of: Account.MessageMode.self)
    private static let draft: [String: JSON] = [
        "name": CommonSchemas.line(max: Account.nameLimit),
        "app_id": Common.text, "original_id": Common.text, "secret": Common.text,
        "token": Common.text, "aes_key": Common.text, "message_mode": mode,
        "verified": ["type": "boolean"],
    ]

    static let all: [String: JSON] = [
        "Account": Common.object([
            "id": Common.text, "kind": Common.text, "name": Common.text, "app_id": Common.text,
            "original_id": Common.text, "message_mode": mode, "verified": ["type": "boolean"],
            "authorization": CommonSchemas.choice(of: Account.Authorization.self),
            "callback_url": Common.text, "callback_verified_at": Common.optionalTime,
            "callback_seen_at": Common.optionalTime,
            "api_fault": ["$ref": "#/components/schemas/Fault"],
            "created_by": Common.text, "created_at": Common.time, "updated_by": Common.text,
            "updated_at": Common.time, "version": ["type": "integer"],
        ]),
        "AccountCallback": Common.object([
            "url": Common.text, "token": Common.text, "aes_key": Common.text, "message_mode": mode,
        ]),
        "AccountHealth": Common.object([
            "verified": ["type": "boolean"], "authorization": Common.text,
            "api_fault": ["$ref": "#/components/schemas/Fault"],
            "refused_address": Common.optionalText,
            "callback_verified_at": Common.optionalTime, "callback_seen_at": Common.optionalTime,
            "callback_refusal": [
                "type": ["string", "null"],
                "enum": .array(
                    CallbackRefusal.Reason.allCases.map { .string($0.rawValue) } + [.null]),
            ],
            "callback_refused_at": Common.optionalTime,
            "clock_skew_ms": ["type": ["integer", "null"]],
            "permanent_codes": Common.object(["used": Common.count, "limit": Common.count]),
            "quotas": [
                "type": "array",
                "items": Common.object([
                    "call": Common.text, "limit": Common.count, "used": Common.count,
                    "read_at": Common.time,
                ]),
            ],
            "late_jobs": Common.count, "failed_jobs": Common.count,
        ]),
        "NewAccount": Common.body(required: ["name", "app_id", "secret"], draft),
        "AccountChange": Common.body(required: [], draft),
    ]
}
