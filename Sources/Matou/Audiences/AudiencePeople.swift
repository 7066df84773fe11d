import SQL

/// What merges, what undoes them and erasures make of frozen audiences.
///
/// An audience keeps everything that its members consisted of. Who is one by now is shown once, by
/// the least of what is kept of them; who was parted is shown as two. `Audience.people` counts them.
extension Connection {
    /// Selects `m.contact_id` once for each person that an audience is now, to append conditions on
    /// `m.contact_id` to.
    func people(of audience: Audience.ID, in workspace: Workspace.ID) -> Statement {
        """
        SELECT m.contact_id AS contact_id FROM audience_members AS m
        WHERE m.workspace_id = \(workspace) AND m.audience_id = \(audience)
            AND NOT EXISTS (
                SELECT 1 FROM contacts AS c
                    JOIN contacts AS d ON d.workspace_id = c.workspace_id AND d.head = c.head
                WHERE c.workspace_id = m.workspace_id AND c.id = m.contact_id
                    AND d.id < c.id
                    AND EXISTS (
                        SELECT 1 FROM audience_members AS n
                        WHERE n.workspace_id = d.workspace_id
                            AND n.audience_id = m.audience_id AND n.contact_id = d.id))
        """
    }

    /// Counts that those who were two are one, or those who were one are two, where both are in an
    /// audience.
    ///
    /// - Parameter change: -1 for a merge, 1 when it is undone.
    func countPeople(
        _ change: Int, where some: [Contact.ID], and others: [Contact.ID],
        in workspace: Workspace.ID
    ) throws {
        try run(
            """
            UPDATE audiences SET people = people + \(change)
            WHERE workspace_id = \(workspace)
                AND id IN (\(fragment: audienceIDs(with: some, in: workspace)))
                AND id IN (\(fragment: audienceIDs(with: others, in: workspace)))
            """)
    }

    /// Takes everything that a person consists of out of all audiences.
    func forgetMember(_ contacts: [Contact.ID], in workspace: Workspace.ID) throws {
        try run(
            """
            UPDATE audiences SET people = people - 1
            WHERE workspace_id = \(workspace)
                AND id IN (\(fragment: audienceIDs(with: contacts, in: workspace)))
            """)
        try run(
            """
            DELETE FROM audience_members
            WHERE workspace_id = \(workspace) AND contact_id IN \(list: contacts)
            """)
    }

    /// Selects the audiences that any of these is in.
    func audienceIDs(
        with contacts: [Contact.ID], in workspace: Workspace.ID
    ) -> Statement {
        """
        SELECT audience_id FROM audience_members
        WHERE workspace_id = \(workspace) AND contact_id IN \(list: contacts)
        """
    }
}
