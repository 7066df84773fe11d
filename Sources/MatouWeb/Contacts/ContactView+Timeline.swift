import Matou

extension ContactView.Entry {
    /// - Parameter count: how many of the kind stand here as one.
    init(_ entry: TimelineEntry, _ count: Int, _ context: ContactContext) {
        let wording = context.wording
        machineTime = entry.at.rfc3339
        time = wording.exact(entry.at)
        switch entry.event {
        case .fact(let kind, let follower, let code, let state, let fault):
            let event = wording("contacts.event.\(kind.rawValue)")
            text =
                count == 1
                ? event
                : wording("contacts.event.times", ["event": event, "count": String(count)])
            let place =
                context.contact.followers.count > 1
                ? context.accounts[follower.account] ?? follower.openid : nil
            let stateWords = state.flatMap { state in
                state == .inEffect ? nil : wording("contacts.code-state.\(state.rawValue)")
            }
            detail =
                [place, stateWords, fault?.explanation(in: wording)]
                .compactMap(\.self).listed.nilIfEmpty
            self.code = code.map { Link(path: "/qr-codes/\($0.id)", label: $0.name) }
        case .tagged(let tag, let code, let member):
            text = wording("contacts.event.tagged", ["name": tag.name])
            detail = member.map { context.names[$0] ?? $0 }
            self.code = code.map { Link(path: "/qr-codes/\($0.id)", label: $0.name) }
        case .submitted(_, let title):
            text = wording("contacts.event.submitted", ["name": title])
            detail = nil
            code = nil
        case .merged(let merge):
            text = wording("contacts.event.merged")
            detail = ([merge.reason(wording)] + context.people(merge)).listed
            code = nil
        case .parted(let merge):
            text = wording("contacts.event.parted")
            let undoer = merge.undoneBy.map { context.names[$0] ?? $0 }
            detail =
                ([merge.reason(wording)] + context.people(merge) + [undoer].compactMap(\.self))
                .listed
            code = nil
        }
    }
}

extension [TimelineEntry] {
    /// Replies to one scan that ended alike as one entry with their number.
    var folded: [(entry: TimelineEntry, count: Int)] {
        reduce(into: []) { folded, entry in
            if let last = folded.last, entry.isOfReply, last.entry.event == entry.event {
                folded[folded.count - 1].count += 1
            } else {
                folded.append((entry, 1))
            }
        }
    }
}

extension TimelineEntry {
    fileprivate var isOfReply: Bool {
        guard case .fact(let kind, _, _, _, _) = event else { return false }
        return switch kind {
        case .replySent, .replyFailed, .replyTooLate, .replyUnknown: true
        default: false
        }
    }
}
