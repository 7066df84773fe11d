import Sheets

/// What became of the reply to one scan, without the items themselves.
struct ReplyOutcome: Sendable {
    static let none = ReplyOutcome(states: [], fault: nil)

    var states: [ReplySend.State]
    /// Of the first item that did not arrive.
    var fault: WeChatFault?

    var status: ReplyStatus { ReplyStatus(states) }

    func status(in context: ExportContext) -> Cell {
        .text(context.text("exports.reply.\(status.rawValue)"))
    }

    /// Why an item did not arrive, with WeChat's own words behind it; nil when all did.
    func reason(in context: ExportContext) -> String? {
        guard let fault else { return nil }
        let explanation = fault.explanation(context.locales, in: context.language)
        guard let answer = fault.answer else { return explanation }
        return "\(explanation) (\(answer.code) \(answer.words))"
    }
}
