/// What a member or a token may do in a workspace. Each role may do all that the ones before it may.
package enum Role: String, Sendable, CaseIterable, Comparable {
    /// Sees codes, figures and people.
    case viewer
    /// Makes and changes codes.
    case editor
    /// Connects accounts and manages members and tokens.
    case admin
    /// Owns the workspace.
    case owner

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    /// The least role that may make a token or a member of this one.
    var neededToGive: Role { max(.admin, self) }

    func mayGive(_ other: Role) -> Bool { self >= other.neededToGive }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .editor: 1
        case .admin: 2
        case .owner: 3
        }
    }
}

/// Who asks, and in which workspace: what every service needs before it reads or writes a row.
package struct Principal: Sendable, Hashable {
    package let workspace: Workspace.ID
    /// The user's or the token's id, as it stands in `created_by`.
    package let actor: String
    package let role: Role

    package init(workspace: Workspace.ID, actor: String, role: Role) {
        self.workspace = workspace
        self.actor = actor
        self.role = role
    }

    /// - Throws: `Refusal.forbidden` below the role that is needed.
    package func require(_ needed: Role) throws(Refusal) {
        guard role >= needed else { throw .forbidden(needs: needed) }
    }
}
