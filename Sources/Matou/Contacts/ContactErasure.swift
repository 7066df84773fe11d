import SQL

extension Contacts {
    /// Erases what is personal of all that a contact consists of: names, keys, tags, merges, answers,
    /// places in audiences, and the messages that facts came in as.
    ///
    /// The facts stay under the openid, which only WeChat and the account can tell a person by: what
    /// was counted is right afterwards too. A follower who scans again begins anew.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below admin.
    package func erase(_ id: Contact.ID, by principal: Principal) async throws {
        try principal.require(.admin)
        let now = clock.now()
        try await database.write { connection in
            guard let contact = try connection.contact(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            try connection.erase(contact.identities.map(\.id), in: principal.workspace)
            try connection.record(
                FreshRevision(
                    action: .deleted, kind: .contact, objectID: contact.id.text,
                    objectName: contact.id.text), by: principal, at: now)
        }
    }
}

extension Connection {
    fileprivate func erase(_ contacts: [Contact.ID], in workspace: Workspace.ID) throws {
        try forgetMember(contacts, in: workspace)
        for statement: Statement in [
            """
            DELETE FROM contact_merges WHERE workspace_id = \(workspace)
                AND (one IN \(list: contacts) OR other IN \(list: contacts))
            """,
            """
            DELETE FROM form_answers WHERE workspace_id = \(workspace) AND submission_id IN (
                SELECT id FROM form_submissions
                WHERE workspace_id = \(workspace) AND contact_id IN \(list: contacts))
            """,
            "DELETE FROM contact_keys WHERE \(fragment: of(contacts, in: workspace))",
            "DELETE FROM contact_taggings WHERE \(fragment: of(contacts, in: workspace))",
            """
            DELETE FROM contacts WHERE workspace_id = \(workspace) AND openid IS NULL
                AND id IN \(list: contacts)
            """,
            """
            UPDATE contacts SET head = id, name = NULL, name_folded = NULL
            WHERE workspace_id = \(workspace) AND id IN \(list: contacts)
            """,
        ] { try run(statement) }
        for follower in contacts.compactMap(\.follower) {
            try run(
                """
                DELETE FROM fact_payloads WHERE workspace_id = \(workspace) AND seq IN (
                    SELECT seq FROM facts
                    WHERE workspace_id = \(workspace) AND account_id = \(follower.account)
                        AND person = \(follower.openid))
                """)
        }
    }

    private func of(_ contacts: [Contact.ID], in workspace: Workspace.ID) -> Statement {
        "workspace_id = \(workspace) AND contact_id IN \(list: contacts)"
    }
}
