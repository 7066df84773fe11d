package import SQL

/// A thing whose versions can be read by everyone who may see it. Each slice says it of its own.
package protocol Revised: Identified {
    static var revisionKind: Revision.Kind { get }

    /// Whether there is such a thing, or was one.
    static func isKnown(
        _ id: Identifier<Self>, on connection: any Connection, in workspace: Workspace.ID
    ) throws -> Bool
}
