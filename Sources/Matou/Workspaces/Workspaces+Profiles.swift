import SQL

/// What becomes of a follower's profile, which is their union id, when they leave. WeChat demands that
/// it is erased; a workspace whose people agreed to more may keep it.
extension Workspaces {
    /// Whether the profiles of those who leave are kept.
    package func keepsProfiles(for principal: Principal) async throws -> Bool {
        try await database.read { try $0.keepsProfiles(of: principal.workspace) }
    }

    /// Lets the workspace keep the profiles of those who leave from now on, or erase them.
    ///
    /// - Throws: `Refusal.missing`; `Refusal.forbidden` below owner.
    package func keepProfiles(_ areKept: Bool, by principal: Principal) async throws {
        try principal.require(.owner)
        let now = clock.now()
        let id = principal.workspace
        try await database.write { connection in
            guard let found = try connection.workspace(id) else { throw Refusal.missing }
            let wereKept = try connection.keepsProfiles(of: id)
            guard wereKept != areKept else { return }
            try connection.run(
                "UPDATE workspaces SET keeps_profiles = \(areKept) WHERE id = \(id)")
            try connection.record(
                FreshRevision(
                    action: .changed, kind: .workspace, objectID: id.text, objectName: found.name,
                    before: ["keeps_profiles": wereKept], after: ["keeps_profiles": areKept]),
                by: principal, at: now)
        }
    }
}

extension Connection {
    fileprivate func keepsProfiles(of workspace: Workspace.ID) throws -> Bool {
        try value("SELECT keeps_profiles FROM workspaces WHERE id = \(workspace)") ?? false
    }
}
