import HTTP
import Matou

/// The tags that a form may offer.
struct KnownTags: Sendable {
    /// How many contact tags are offered to tick; any other is typed by its name.
    private static let offeredMax = 100

    let contact: [String]
    let follower: [String]

    init(of account: Account, _ tags: Tags, for principal: Principal) async throws {
        contact = try await tags.contactTags(limit: Self.offeredMax, for: principal)
            .elements.map(\.name)
        follower = try await tags.followerTags(of: account.id, for: principal)
            .filter { !$0.isBuiltIn }.map(\.name)
    }
}

/// Boxes to tick for the tags there are, and a line to type new ones into: `tags-field`.
struct TagField: Sendable {
    let id: String
    let choices: [Choice]
    /// The chosen ones that are not among the choices, with commas in between.
    let typed: String
    let error: String?

    init(_ id: String, _ chosen: [String], of known: [String], _ errors: FaultTexts) {
        self.id = id
        let names = Set(chosen.map { $0.folded() })
        choices = known.map { Choice($0, $0, isSelected: names.contains($0.folded())) }
        let offered = Set(known.map { $0.folded() })
        typed = chosen.filter { !offered.contains($0.folded()) }.joined(separator: ", ")
        error = errors[id]
    }
}

extension Form {
    /// The names ticked and typed; typed ones stand on one line with commas in between.
    func tagNames(_ field: String) -> [String] {
        // More than any object may have; one more than it shows the check that there are too many.
        all(field).flatMap { $0.split(whereSeparator: { ",，、;；".contains($0) }) }
            .map { String($0).trimmingWhitespace() }.filter { !$0.isEmpty }
            .prefix(ContactTag.perCodeMax + 1).map { $0 }
    }
}

extension Chip {
    /// A follower tag that waits or failed.
    init(_ tagging: FollowerTagging.Entry, _ wording: Wording) {
        let values = ["name": tagging.name]
        switch tagging.state {
        case .tagged: self.init(tagging.name, .good)
        case .pending: self.init(wording("tags.state.pending", values), .wait)
        case .failed:
            self.init(
                wording("tags.state.failed", values), .bad,
                hint: tagging.fault?.explanation(in: wording))
        }
    }
}
