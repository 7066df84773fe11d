import Matou

/// The list of imports, as its template shows it.
struct ImportListView: Sendable {
    /// Whose batches they are; nil before there is an account.
    let account: String?
    let newPath: String?
    /// Why no batch can be made now.
    let cannotMake: Notice?
    let eventsPath: String?
    let list: List?
    let nextPath: String?

    struct List: Sendable { let imports: [Row] }

    struct Row: Sendable {
        let path: String
        let name: String
        let state: Chip
        let progress: Progress?
        let lines: String
        let bad: String
        let made: String
        let failed: String
        let created: String
        let creator: String

        init(_ found: Import, creator: String, now: Timestamp, _ wording: Wording) {
            path = found.path
            name = found.fileName
            state = found.chip(wording)
            progress = found.progress(wording)
            lines = wording.number(found.lines)
            bad = wording.number(found.bad)
            made = wording.number(found.made)
            failed = wording.number(found.failed)
            created = wording.date(found.createdAt, now: now)
            self.creator = creator
        }
    }
}

/// One import: its preview before the start, its progress after it.
struct ImportShowView: Sendable {
    let path: String
    let name: String
    let state: Chip
    let problem: Notice?
    let notice: Notice?
    let progress: Progress?
    let eventsPath: String?
    let figures: [Stat]
    let facts: [FactRow]
    let reply: QRCodeShowView.ReplyView
    let quota: Notice?
    let start: String?
    let retry: String?
    let cancelLabel: String?
    let badLines: Lines?
    let failedLines: Lines?
    let goodLines: Lines?

    struct Lines: Sendable {
        let title: String
        /// What the last column has of each.
        let heading: String
        let rows: [Line]
        let more: String?
    }

    struct Line: Sendable {
        let number: String
        let name: String
        let path: String?
        /// Why it is bad or has failed; the source channel of a good one.
        let detail: String?
    }

    init(
        _ found: Import, account: String, _ references: ReplyReferences, bad: [ImportLine],
        failed: [ImportLine], good: [ImportLine], permanentUsed: Int, problem: Notice?,
        mayEdit: Bool, now: Timestamp,
        _ wording: Wording
    ) {
        path = found.path
        name = found.fileName
        state = found.chip(wording)
        self.problem = problem
        notice = Self.notice(found, now: now, wording)
        progress = found.progress(wording)
        eventsPath = found.state.isUnderWay ? "/imports/events" : nil
        figures = [
            ("lines", found.lines), ("good", found.good), ("bad", found.bad), ("made", found.made),
            ("failed", found.failed),
        ].map { key, number in
            Stat(
                path: nil, isCurrent: false, label: wording("imports.figure.\(key)"),
                definition: wording("imports.figure.\(key)-definition"),
                figure: wording.number(number), note: nil)
        }
        facts = found.facts(account: account, now: now, wording)
        reply = QRCodeShowView.ReplyView(found.settings.draft.reply, references, wording)
        let fits = found.fits(beside: permanentUsed)
        quota = Self.quota(found, used: permanentUsed, wording)
        let count = ["count": wording.number(found.left)]
        let key =
            switch found.state {
            case .checked: "imports.start"
            case .waiting: "imports.go-on-now"
            default: "imports.go-on"
            }
        let mayStart = (found.state.isStartable && found.left > 0) || found.state == .waiting
        start = mayEdit && mayStart && fits ? wording(key, count) : nil
        let mayRetry = mayEdit && found.isRetryable
        retry =
            mayRetry
            ? wording("imports.retry", ["count": wording.number(found.failed)]) : nil
        let mayCancel = mayEdit && ![.done, .cancelled].contains(found.state)
        cancelLabel =
            mayCancel
            ? wording(found.state == .checked ? "imports.discard" : "imports.cancel") : nil
        badLines = Lines(
            wording("imports.bad-lines"), wording("imports.reason"), bad, of: found.bad, wording
        ) { $0.fault?.words(wording) }
        failedLines = Lines(
            wording("imports.failed-lines"), wording("imports.reason"), failed, of: found.failed,
            wording
        ) { $0.refusal?.explanation(in: wording, of: .code) }
        goodLines = Lines(
            wording("imports.good-lines"), wording("qr-codes.source"), good,
            of: found.state == .checked ? found.good : found.made, wording, detail: \.source)
    }

    private static func notice(
        _ found: Import, now: Timestamp, _ wording: Wording
    ) -> Notice? {
        switch found.state {
        case .waiting:
            let time = found.waitsUntil.map { wording.exact($0) } ?? ""
            return Notice(
                .warn, wording("imports.waits", ["time": time]),
                detail: found.fault?.explanation(in: wording, of: .code))
        case .stopped:
            return Notice(
                .bad, wording("imports.stopped", ["count": wording.number(found.made)]),
                detail: found.fault?.explanation(in: wording, of: .code))
        case .done:
            return Notice(
                found.failed == 0 ? .good : .warn,
                wording(
                    "imports.finished",
                    [
                        "made": wording.number(found.made),
                        "failed": wording.number(found.failed),
                    ]), action: Link(path: "/qr-codes", label: wording("imports.to-codes")))
        case .cancelled:
            return Notice(
                .plain, wording("imports.cancelled", ["count": wording.number(found.made)]))
        case .checked where found.bad > 0:
            return Notice(
                .warn,
                wording(
                    "imports.has-bad",
                    ["bad": wording.number(found.bad), "good": wording.number(found.good)]))
        case .running where found.ahead != nil:
            return Notice(
                .plain, wording("imports.ahead"),
                action: found.ahead.map {
                    Link(path: "/imports/\($0)", label: wording("imports.to-ahead"))
                })
        case .checked, .reading, .running: return nil
        }
    }

    /// The permanent codes that the account has left, before any are made.
    private static func quota(_ found: Import, used: Int, _ wording: Wording) -> Notice? {
        guard found.settings.draft.kind == .permanent, found.state.isStartable
        else { return nil }
        let fits = found.fits(beside: used)
        return Notice(
            fits ? .plain : .bad,
            wording(
                fits ? "imports.quota" : "imports.quota-too-small",
                [
                    "used": wording.number(used), "count": wording.number(found.left),
                    "limit": wording.number(Account.permanentCodeLimit),
                    "left": wording.number(max(0, Account.permanentCodeLimit - used)),
                ]))
    }
}

extension ImportShowView.Lines {
    fileprivate init?(
        _ title: String, _ heading: String, _ lines: [ImportLine], of total: Int,
        _ wording: Wording, detail: (ImportLine) -> String?
    ) {
        guard !lines.isEmpty else { return nil }
        self.title = title
        self.heading = heading
        rows = lines.map { line in
            ImportShowView.Line(
                number: wording.number(line.number), name: line.name,
                path: line.code.map { "/qr-codes/\($0)" },
                detail: detail(line))
        }
        more =
            total > lines.count
            ? wording("imports.more-lines", ["count": wording.number(total - lines.count)]) : nil
    }
}

extension ImportLine.Fault {
    func words(_ wording: Wording) -> String {
        var values = ["max": String(QRCode.nameLimit)]
        if let otherLine { values["line"] = wording.number(otherLine) }
        return wording("imports.fault.\(name)", values)
    }
}

extension Import {
    /// Whether the account has so many permanent codes left, of which it has used some.
    fileprivate func fits(beside used: Int) -> Bool {
        settings.draft.kind != .permanent
            || used + left <= Account.permanentCodeLimit
    }

    fileprivate func chip(_ wording: Wording) -> Chip {
        let tone: Chip.Tone =
            switch state {
            case .reading, .checked: .plain
            case .running: .wait
            case .waiting: .warn
            case .stopped: .bad
            case .done: failed == 0 ? .good : .warn
            case .cancelled: .plain
            }
        return Chip(wording("imports.state.\(state.rawValue)"), tone)
    }

    fileprivate func progress(_ wording: Wording) -> Progress? {
        guard state.isUnderWay else { return nil }
        let done = made + failed
        return Progress(
            id: id.text, done: done, total: max(good, 1),
            text: "\(wording.number(done)) / \(wording.number(good))")
    }
}
