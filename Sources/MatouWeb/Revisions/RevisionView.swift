import Matou

/// The versions of one thing, as their template shows them.
struct RevisionListView: Sendable {
    /// Whose versions they are.
    let object: Head
    /// Where all objects of its kind are.
    let all: Link
    let list: RevisionList?

    struct Head: Sendable {
        let path: String
        let name: String
    }
}

struct RevisionList: Sendable {
    let revisions: [RevisionView]
    let pager: Pager?
}

/// One change in words.
struct RevisionView: Sendable {
    let time: String
    let date: String
    let actor: String
    let action: Chip
    let kind: String
    /// The object's name, and where it is when there is a page of it.
    let name: String
    let path: String?
    let version: String?
    let differences: [FieldDifference]
    let hasDifferences: Bool
    /// What goes back to before this change; nil for those that cannot.
    let undo: Undo?

    struct Undo: Sendable {
        let path: String
        let version: String
        /// The version that is left by it: another means that somebody was faster.
        let present: Int
    }

    /// Where going back is asked for, and the version that the object has.
    struct UndoPlace: Sendable {
        let path: String
        let present: Int
    }

    /// - Parameters:
    ///   - place: nil for those who may not go back.
    ///   - names: of what its snapshots name, by ids.
    init(
        _ revision: Revision, actor: String, undo place: UndoPlace?, names: [String: String],
        _ wording: Wording
    ) {
        time = revision.at.rfc3339
        date = wording.exact(revision.at)
        self.actor = actor
        let tone: Chip.Tone =
            switch revision.action {
            case .created, .restored: .good
            case .changed, .undone: .plain
            case .deleted: .bad
            }
        action = Chip(wording("revisions.action.\(revision.action.rawValue)"), tone)
        kind = wording("revisions.kind.\(revision.kind.rawValue)")
        name = names[revision.objectName] ?? revision.objectName
        path =
            switch revision.kind {
            case .qrCode: "/qr-codes/\(revision.objectID)"
            case .form: "/forms/\(revision.objectID)"
            case .contactMerge: "/contacts/\(revision.objectName)"
            case _ where revision.action == .deleted: nil
            case .account: "/accounts/\(revision.objectID)"
            case .audience: "/audiences/\(revision.objectID)"
            case .material: "/materials/\(revision.objectID)"
            case .newsCard: "/news-cards/\(revision.objectID)"
            default: nil
            }
        version = revision.version.map(String.init)
        differences =
            revision.action == .restored || revision.action == .deleted
            ? []
            : FieldDifference.all(
                from: revision.before, to: revision.after, names: names, wording)
        hasDifferences = !differences.isEmpty
        undo = revision.version.flatMap { version in
            let isChange = revision.action == .changed || revision.action == .undone
            // Secrets are not kept, so that nothing could go back to them.
            let isLost = FieldDifference.isOfSecretsOnly(revision.before, revision.after)
            return isChange && !isLost
                ? place.map {
                    Undo(path: $0.path, version: String(version - 1), present: $0.present)
                } : nil
        }
    }
}
