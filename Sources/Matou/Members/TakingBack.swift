import SQL

extension Connection {
    /// Ends what somebody gave to others and could not give any more: tokens, those that were made with
    /// these tokens, and invitations that wait. Members whom they took in stay: the list shows them.
    ///
    /// - Parameters:
    ///   - giver: a member or a token.
    ///   - role: the giver's from now on; nil when they have none.
    func takeBack(
        whatWasGivenBy giver: String, nowOf role: Role?, by principal: Principal,
        at time: Timestamp
    ) throws {
        let tokens = try apiTokens(of: principal.workspace)
        let invitations = try invitations(of: principal.workspace, at: time)
        var givers = [giver]
        while let next = givers.popLast() {
            for token in tokens
            where token.createdBy == next && !(role?.mayGive(token.role) ?? false) {
                // What was made with a token that is revoked already ends as well.
                givers.append(token.id.text)
                guard try revokeToken(token.id, in: principal.workspace, at: time) else { continue }
                try record(.deleted, token, by: principal, at: time)
            }
            for invitation in invitations
            where invitation.createdBy == next && !(role?.mayGive(invitation.role) ?? false) {
                try deleteInvitation(invitation.id, in: principal.workspace)
                try record(.deleted, invitation, by: principal, at: time)
            }
        }
    }
}
