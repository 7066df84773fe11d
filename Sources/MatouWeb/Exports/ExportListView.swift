import Matou
import Sheets

/// The list of a person's exports, as its template shows it.
struct ExportListView: Sendable {
    let lead: String
    /// Where progress is told while something is under way.
    let eventsPath: String?
    let list: List?
    let nextPath: String?

    struct List: Sendable { let exports: [Row] }

    struct Row: Sendable {
        let id: String
        let name: String
        let kind: String
        let state: Chip
        let progress: Progress?
        let records: String
        let size: String
        let created: String
        let downloadPath: String?
        let kept: String?
        let failure: String?
        let retryPath: String?
        let cancelPath: String?
        let removePath: String?
    }
}

/// partials/progress.
struct Progress: Sendable {
    let id: String
    let done: Int
    let total: Int
    let text: String
}

extension ExportListView.Row {
    init(_ export: Export, link: String?, now: Timestamp, _ wording: Wording) {
        id = export.id.text
        name = export.name
        kind =
            wording("exports.kind.\(export.kind)") + " · " + export.format.rawValue.uppercased()
        let tone: Chip.Tone =
            switch export.state {
            case .waiting, .running: .wait
            case .done: .good
            case .failed: .bad
            case .cancelled, .expired: .plain
            }
        state = Chip(wording("exports.state.\(export.state.rawValue)"), tone)
        progress =
            export.state.isUnderWay
            ? Progress(
                id: export.id.text, done: export.written, total: max(export.records ?? 1, 1),
                text: "\(Int(export.progress * 100))%") : nil
        let count = wording.number(export.records ?? 0)
        records =
            export.records == nil
            ? ""
            : export.isTruncated ? wording("exports.truncated", ["count": count]) : count
        size = export.bytes.map { wording.size($0) } ?? ""
        created = wording.date(export.createdAt, now: now)
        downloadPath = link
        kept =
            export.state == .done
            ? export.expiresAt.map {
                wording("exports.kept-until", ["date": wording.date($0, now: now)])
            } : nil
        failure = export.failure.map { wording("exports.failure.\($0.rawValue)") }
        retryPath = export.state == .failed ? "/exports/\(export.id)/retry" : nil
        cancelPath = export.state.isUnderWay ? "/exports/\(export.id)/cancel" : nil
        removePath = export.state == .done ? "/exports/\(export.id)/cancel" : nil
    }
}

extension Wording {
    /// `3.4 MB`.
    func size(_ bytes: Int) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        let (unit, divisor) = bytes < 1_000_000 ? ("KB", 1000) : ("MB", 1_000_000)
        let tenths = (bytes * 10 + divisor / 2) / divisor
        return tenths >= 100 || tenths % 10 == 0
            ? "\(number(tenths / 10)) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
