import Matou

/// The way from an empty installation to the first counted scan. Gone once it has been walked.
struct FirstSteps: Sendable {
    let progress: String
    let list: [Step]

    struct Step: Sendable {
        /// `done`, `now` for the first that is not, otherwise empty.
        let state: String
        let title: String
        let text: String
        let action: Action?
    }

    struct Action: Sendable {
        let path: String
        let label: String
        let isMain: Bool
    }

    private struct Draft {
        let key: String
        let isDone: Bool
        let path: String?
    }

    /// Nil when every step is done.
    init?(_ facts: OverviewFacts?, role: Role, settings: SiteSettings, _ wording: Wording) {
        let drafts = Self.drafts(facts, role: role, settings: settings)
        let done = drafts.count(where: \.isDone)
        guard done < drafts.count else { return nil }
        let next = drafts.firstIndex { !$0.isDone }
        progress = wording(
            "overview.steps.progress", ["done": String(done), "all": String(drafts.count)])
        list = drafts.enumerated().map { index, draft in
            let isNext = index == next
            // A later step cannot be taken before this one: only the next has its button.
            let action = draft.path.flatMap { path in
                isNext
                    ? Action(
                        path: path, label: wording("overview.step.\(draft.key)-action"),
                        isMain: true) : nil
            }
            return Step(
                state: draft.isDone ? "done" : isNext ? "now" : "",
                title: wording("overview.step.\(draft.key)"),
                text: wording("overview.step.\(draft.key)-text"), action: action)
        }
    }

    private static func drafts(
        _ facts: OverviewFacts?, role: Role, settings: SiteSettings
    ) -> [Draft] {
        let account = facts?.account
        let newest = facts?.latest.codes.elements.first
        return [
            Draft(
                key: "connect",
                isDone: account.map { $0.obstacle != .accountNotAuthorized } ?? false,
                path: role >= .admin ? account?.path ?? "/accounts/new" : nil),
            Draft(
                key: "callback", isDone: account?.health.callbackSeenAt != nil,
                path: account?.path),
            Draft(
                key: "code", isDone: (facts?.codes ?? 0) > 0,
                path: role >= .editor ? "/qr-codes/new" : nil),
            Draft(
                key: "scan", isDone: (facts?.totals.scans ?? 0) > 0, path: newest?.path),
        ]
    }
}
