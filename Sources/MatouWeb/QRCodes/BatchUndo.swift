import HTTP
import Matou

/// What was just done to several codes and can be taken back, as the list's address has it.
struct BatchUndo: Sendable {
    enum Action: String, Sendable { case deleted, moved, tagged }

    static let names = ["done", "count", "full", "at"]

    /// `已删除 3 个二维码`.
    let text: String
    let action: String
    /// In milliseconds.
    let time: String
    let returnPath: String

    /// Nil where the address has none.
    init?(_ request: Request, returnTo address: PageAddress, _ wording: Wording) {
        guard let action = request.query("done").flatMap(Action.init(rawValue:)),
            let time = request.query("at"), Int64(time) != nil,
            let count = request.query("count").flatMap(Int.init)
        else { return nil }
        var text = wording(
            "qr-codes.done.\(action.rawValue)-many", ["count": wording.number(count)])
        if let full = request.query("full").flatMap(Int.init), full > 0 {
            text += " " + wording("qr-codes.done.full", ["count": wording.number(full)])
        }
        self.text = text
        self.action = action.rawValue
        self.time = time
        returnPath = address.text
    }
}

extension PageAddress {
    /// The list that offers to take a change back.
    func undoing(_ change: BatchChange, _ action: BatchUndo.Action) -> PageAddress {
        with("done", action.rawValue).with("count", String(change.count))
            .with("full", change.full == 0 ? nil : String(change.full))
            .with("at", String(change.at.milliseconds))
    }
}
