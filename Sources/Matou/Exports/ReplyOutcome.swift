import SQL

/// What became of the reply to one scan, without the items themselves.
struct ReplyOutcome: Sendable {
    static let none = ReplyOutcome(states: [], fault: nil)

    var states: [ReplySend.State]
    /// Of the first item that did not arrive.
    var fault: WeChatFault?

    var status: ReplyStatus { ReplyStatus(states) }

    /// Why an item did not arrive, with WeChat's own words behind it; nil when all did.
    func reason(_ language: ExportLanguage) -> String? {
        guard let fault else { return nil }
        let explanation = fault.explanation(language)
        guard let answer = fault.answer else { return explanation }
        return "\(explanation) (\(answer.code) \(answer.words))"
    }
}

extension ReplyStatus {
    var exported: ExportText {
        switch self {
        case .none: ExportText("未配置", "None configured")
        case .pending: ExportText("发送中", "Sending")
        case .sent: ExportText("已送达", "Sent")
        case .partlySent: ExportText("部分送达", "Partly sent")
        case .failed: ExportText("发送失败", "Failed")
        case .tooLate: ExportText("超时未发", "Too late")
        case .unknown: ExportText("结果未知", "Unknown")
        }
    }
}
