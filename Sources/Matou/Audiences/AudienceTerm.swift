import SQL

/// What a condition names, as a marketer calls it: by its name, or by its id.
package enum AudienceTerm: Sendable, Hashable {
    case tag(String)
    case followerTag(String)
    case code(String)
    case form(String)
}

/// One of the things that are so called.
package struct AudienceNamesake: Sendable, Equatable {
    package let id: String
    package let name: String
    /// What the account is called that it is of; nil of what is the workspace's.
    package let account: String?
    package let createdAt: Timestamp

    package init(id: String, name: String, account: String? = nil, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.account = account
        self.createdAt = createdAt
    }
}

extension Audiences {
    /// How many of those who are so called are told.
    private static let namesakesMax = 10

    /// Everything that is so called, the latest first: of the account alone where it has any. A term that
    /// names nothing has none.
    package func namesakes(
        of terms: Set<AudienceTerm>, on account: Account.ID?, for principal: Principal
    ) async throws -> [AudienceTerm: [AudienceNamesake]] {
        try await database.read { connection in
            var found: [AudienceTerm: [AudienceNamesake]] = [:]
            for term in terms {
                found[term] = try connection.namesakes(
                    of: term, on: account, limit: Self.namesakesMax, in: principal.workspace)
            }
            return found
        }
    }

    /// How everything is called that a condition names, by its id, deleted things too; the fields of
    /// forms by the ids of the form and the field, with a blank in between.
    package func names(
        in condition: AudienceCondition, for principal: Principal
    ) async throws -> [String: String] {
        let ids = condition.namedIDs.sorted()
        guard !ids.isEmpty else { return [:] }
        let workspace = principal.workspace
        return try await database.read { connection in
            var names: [String: String] = [:]
            for row in try connection.rows(
                """
                SELECT id, name FROM contact_tags
                WHERE workspace_id = \(workspace) AND id IN \(list: ids)
                UNION ALL SELECT id, name FROM follower_tags
                WHERE workspace_id = \(workspace) AND id IN \(list: ids)
                UNION ALL SELECT id, name FROM qr_codes
                WHERE workspace_id = \(workspace) AND id IN \(list: ids)
                UNION ALL SELECT id, title AS name FROM forms
                WHERE workspace_id = \(workspace) AND id IN \(list: ids)
                """)
            {
                names[try row.get("id")] = try row.get("name")
            }
            for form in condition.questionedForms {
                let fields = try connection.form(form, in: workspace)?.fields ?? []
                for field in fields { names["\(form) \(field.id)"] = field.label }
            }
            return names
        }
    }
}

extension Audiences {
    /// - Throws: `Refusal.invalid` with the members that name something that is not there, and never
    ///   was.
    func checkNames(in condition: AudienceCondition, for principal: Principal) async throws {
        let names = try await names(in: condition, for: principal)
        var faults = FieldFaults()
        for (place, leaf) in condition.leaves(at: "condition") {
            guard let (member, id) = leaf.named else { continue }
            if names[id] == nil {
                faults.add("\(place).\(member)", .unknown)
            } else if case .answered(let form, let field?, _) = leaf {
                let exists = try await database.read {
                    try $0.hasField(field, everOn: form, in: principal.workspace)
                }
                if !exists { faults.add("\(place).answered.field", .unknown) }
            }
        }
        try faults.check()
    }
}

extension AudienceCondition {
    /// The ids of tags, codes and forms in it.
    fileprivate var namedIDs: Set<String> {
        Set(leaves(at: "").compactMap { $0.leaf.named?.id })
    }

    /// The tag, the code or the form that a leaf is about, and the member that names it.
    fileprivate var named: (member: String, id: String)? {
        switch self {
        case .tag(let id): ("tag", id.text)
        case .followerTag(let id): ("follower_tag", id.text)
        case .scanned(let scan): scan.code.map { ("scanned.code_id", $0.text) }
        case .replied(let code, _, _): code.map { ("replied.code_id", $0.text) }
        case .answered(let form, _, _): ("answered.form_id", form.text)
        case .source, .following, .all, .any, .not: nil
        }
    }
}

extension AudienceCondition {
    /// The forms of which a field is asked.
    fileprivate var questionedForms: Set<Form.ID> {
        Set(
            leaves(at: "").compactMap { _, leaf in
                if case .answered(let form, .some, _) = leaf { form } else { nil }
            })
    }
}

extension Connection {
    fileprivate func namesakes(
        of term: AudienceTerm, on account: Account.ID?, limit: Int, in workspace: Workspace.ID
    ) throws -> [AudienceNamesake] {
        let found: Statement =
            switch term {
            case .tag(let name):
                """
                SELECT id, name, NULL AS account_id, created_at FROM contact_tags
                WHERE workspace_id = \(workspace)
                    AND (name_folded = \(name.folded()) OR id = \(name))
                """
            case .followerTag(let name):
                """
                SELECT id, name, account_id, created_at FROM follower_tags
                WHERE workspace_id = \(workspace) AND (name = \(name) OR id = \(name))
                """
            case .code(let name):
                """
                SELECT id, name, account_id, created_at FROM qr_codes
                WHERE workspace_id = \(workspace) AND deleted_at IS NULL
                    AND (account_id IN (SELECT id FROM accounts WHERE workspace_id = \(workspace))
                        AND name_folded = \(name.folded()) OR id = \(name))
                """
            case .form(let name):
                """
                SELECT id, title AS name, NULL AS account_id, created_at FROM forms
                WHERE workspace_id = \(workspace) AND deleted_at IS NULL
                    AND (title = \(name) OR id = \(name))
                """
            }
        // Those of the account first: what is offered is its own.
        let rows = try rows(
            """
            SELECT x.id AS id, x.name AS name, x.account_id AS account_id, x.created_at AS created_at,
                accounts.name AS account
            FROM (\(fragment: found)) AS x LEFT JOIN accounts
                ON accounts.workspace_id = \(workspace) AND accounts.id = x.account_id
            ORDER BY CASE WHEN x.account_id = \(account) THEN 0 ELSE 1 END,
                x.created_at DESC, x.id DESC
            LIMIT \(limit)
            """)
        let own = try rows.filter { try $0.optional("account_id", as: Account.ID.self) == account }
        return try (own.isEmpty ? rows : own).map { row in
            AudienceNamesake(
                id: try row.get("id"), name: try row.get("name"), account: try row.get("account"),
                createdAt: try row.get("created_at"))
        }
    }
}
