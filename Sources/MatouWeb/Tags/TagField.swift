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
    /// What stands between the names that are typed. A tag may have these in its name too.
    fileprivate static let separators: Set<Character> = [",", "，", "、", ";", "；"]

    let id: String
    /// The name of the line; the boxes have the field's.
    let typedID: String
    let choices: [Choice]
    /// The chosen ones that are not among the choices, with commas in between.
    let typed: String
    let error: String?

    init(_ id: String, _ chosen: [String], of known: [String], _ errors: FaultTexts) {
        self.id = id
        typedID = Self.typedID(id)
        let names = Set(chosen.map { $0.folded() })
        let offered = Set(known.map { $0.folded() })
        let others = chosen.filter { !offered.contains($0.folded()) }
        // On the line it would be several names.
        let whole = others.filter { $0.contains(where: Self.separators.contains) }
        choices = (known + whole).map { Choice($0, $0, isSelected: names.contains($0.folded())) }
        typed = others.filter { !whole.contains($0) }.joined(separator: ", ")
        error = errors[id]
    }

    fileprivate static func typedID(_ field: String) -> String { field + "_typed" }
}

extension Form {
    /// The names ticked, each as it is, and those typed on the line beside them.
    func tagNames(_ field: String) -> [String] {
        let typed = all(TagField.typedID(field))
            .flatMap { $0.split(whereSeparator: TagField.separators.contains) }.map(String.init)
        // More than any object may have; one more than it shows the check that there are too many.
        return (all(field) + typed).map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
            .prefix(ContactTag.perCodeMax + 1).map { $0 }
    }
}

extension Chip {
    /// A follower tag that a code puts on, made at WeChat or not.
    init(putOn tag: FollowerTag, _ wording: Wording) {
        if tag.fault == nil {
            self.init(tag.name)
        } else {
            self.init(wording("tags.state.not-made", ["name": tag.name]), .bad)
        }
    }

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
