import Matou

/// The accounts that a list can be narrowed to: the switcher's own, which its address says nothing of,
/// another, or all.
struct AccountChoices: Sendable {
    /// Of every account, whichever the switcher has.
    static let all = "all"

    let choices: [Choice]

    /// Nil where there is one account at most, and nothing to choose.
    ///
    /// - Parameter chosen: nil for all.
    init?(_ accounts: [Account], own: Account.ID, chosen: Account.ID?, _ wording: Wording) {
        guard accounts.count > 1 else { return nil }
        choices =
            [Choice(Self.all, wording("qr-codes.any-account"), isSelected: chosen == nil)]
            + accounts.map {
                Choice($0.id == own ? "" : $0.id.text, $0.name, isSelected: $0.id == chosen)
            }
    }

    /// The account that an address names: the switcher's own where it names none, nil for all.
    static func chosen(_ text: String, own: Account.ID?) -> Account.ID? {
        text.isEmpty ? own : text == all ? nil : Account.ID(text)
    }
}
