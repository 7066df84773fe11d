import Matou

/// Parts that the templates of all features share, with finished texts.

/// A small word with a colour: partials/chip.
struct Chip: Sendable {
    enum Tone: String, Sendable { case plain, good, wait, warn, bad }

    let tone: String
    let text: String
    let hint: String?

    init(_ text: String, _ tone: Tone = .plain, hint: String? = nil) {
        self.text = text
        self.tone = tone.rawValue
        self.hint = hint
    }
}

/// A link with its label.
struct Link: Sendable {
    let path: String
    let label: String
}

/// A box that says something before the page does: partials/notice.
struct Notice: Sendable {
    let tone: String
    let icon: String
    let text: String
    let detail: String?
    let action: Link?

    init(_ tone: Chip.Tone, _ text: String, detail: String? = nil, action: Link? = nil) {
        self.tone = tone.rawValue
        icon =
            switch tone {
            case .plain, .wait: "icons/notice"
            case .good: "icons/good"
            case .warn: "icons/warn"
            case .bad: "icons/bad"
            }
        self.text = text
        self.detail = detail
        self.action = action
    }
}

/// What was just done to one thing of a list, with a way back: partials/undo.
struct UndoNotice: Sendable {
    let text: String
    let path: String
    /// The name to go back to; nil where the thing was deleted.
    let name: String?
}

/// What stands in a list's place when it is empty.
struct EmptyState: Sendable {
    let title: String
    let text: String
    let action: Link?
}

/// One of several to choose from: an option, a radio button, a tab.
struct Choice: Sendable {
    let value: String
    let label: String
    let help: String
    let isSelected: Bool

    init(_ value: String, _ label: String, help: String = "", isSelected: Bool) {
        self.value = value
        self.label = label
        self.help = help
        self.isSelected = isSelected
    }
}

/// A link that may be the one we are at.
struct Tab: Sendable {
    let path: String
    let label: String
    let count: String
    let isCurrent: Bool
}

/// partials/pager.
struct Pager: Sendable {
    let total: String
    let sizes: [Tab]
    let firstPath: String?
    var previousPath: String?
    let nextPath: String?
}

extension Pager {
    /// Of a list; nil when all of it is on this page.
    ///
    /// - Parameters:
    ///   - name: what the address calls the list's cursor.
    ///   - section: where on the page the list is, when the page has more than it.
    ///   - total: how much there is of it; empty where that is not counted.
    init?(
        _ next: Cursor?, at address: PageAddress, as name: String = "cursor",
        in section: String? = nil, total: String = ""
    ) {
        let isFirst = address[name] == nil
        if next == nil, isFirst { return nil }
        let place = section.map { "#" + $0 } ?? ""
        self.init(
            total: total, sizes: [],
            firstPath: isFirst ? nil : address.with(name, nil).text + place,
            nextPath: next.map { address.with(name, $0.text).text + place })
    }
}

/// A text to copy: partials/copyable.
struct Copyable: Sendable {
    let label: String
    let text: String
}

/// A label and its text: a row of facts.
struct FactRow: Sendable {
    let label: String
    let text: String
    /// What stands in the text's place when it is several small things.
    var chips: [Chip] = []
    /// What is wrong with it and what to do, in sentences.
    var trouble: [String] = []
}

/// A figure with its definition: partials/stat.
struct Stat: Sendable {
    /// Where its rows are.
    let path: String?
    let isCurrent: Bool
    let label: String
    let definition: String
    let figure: String
    let note: Note?
    /// Where it is explained: its definition and the rows that make it.
    var rowsPath: String?

    struct Note: Sendable {
        /// `up`, `down` or empty.
        let tone: String
        let text: String
    }
}
