import Matou

/// The question before several codes are deleted: it says for each state what would stop.
struct QRCodeDeletionsView: Sendable {
    let problem: Notice?
    let question: String
    let warnings: [Notice]
    let rows: [Row]
    let fields: [HiddenField]
    let returnPath: String

    struct Row: Sendable {
        let status: String
        let count: String
    }

    init(
        _ standing: QRCodeSelection.StatusCounts, _ form: QRCodeSelectionForm, problem: Notice?,
        _ wording: Wording
    ) {
        self.problem = problem
        question = wording(
            "qr-codes.delete.question-many", ["count": wording.number(standing.total)])
        var warnings: [Notice] = []
        if standing.live > 0 {
            let count = wording.number(standing.live)
            warnings.append(Notice(.warn, wording("qr-codes.delete.live-many", ["count": count])))
        }
        if standing.over > 0 {
            let count = wording.number(standing.over)
            warnings.append(Notice(.plain, wording("qr-codes.delete.over-many", ["count": count])))
        }
        self.warnings = warnings
        rows = QRCode.Status.allCases.compactMap { status in
            guard let count = standing.counts[status], count > 0 else { return nil }
            return Row(
                status: wording("qr-codes.status.\(status.rawValue)"),
                count: wording.number(count))
        }
        fields =
            form.fields + [HiddenField(name: "expected", value: String(standing.total))]
        returnPath = form.returnPath
    }
}
