import HTTP
import Matou

/// One item of a reply, as somebody typed it: every field there may be, whatever the format, so that
/// another choice of format loses nothing.
struct ReplyItemForm: Sendable {
    /// Tells the items of one form apart while they change places.
    var key: String
    var format = ReplyItem.Format.text
    var values: [ReplyItem.Field: String] = [:]
    /// Always as many as there may be.
    var choices = Self.noChoices

    private static let noChoices = Array(
        repeating: ReplyItem.Menu.Choice(text: "", answer: ""), count: ReplyItem.Menu.choicesMax)

    init(key: String) { self.key = key }

    init(key: String, _ item: ReplyItem) {
        self.key = key
        format = item.format
        for field in item.format.fields { values[field] = item[field] }
        for (index, choice) in item.choices.prefix(choices.count).enumerated() {
            choices[index] = choice
        }
    }

    /// A box that nobody filled: the form shows three without JavaScript.
    var isEmpty: Bool { format == .text && self[.text].trimmingWhitespace().isEmpty }

    subscript(_ field: ReplyItem.Field) -> String {
        get { values[field] ?? "" }
        set { values[field] = newValue }
    }

    /// The choices that somebody filled, each with its row.
    var filledChoices: [(row: Int, choice: ReplyItem.Menu.Choice)] {
        choices.enumerated().map { ($0, $1) }.filter { !$1.text.isEmpty || !$1.answer.isEmpty }
    }

    var item: ReplyItem {
        ReplyItem(format, choices: filledChoices.map(\.choice)) { self[$0] }
    }
}

extension [ReplyItemForm] {
    /// What a form with several items sends: each field as often as there are items, in their order.
    init(_ form: Form) {
        let keys = form.all("reply_key")
        let formats = form.all("reply_format")
        let values = Dictionary(
            uniqueKeysWithValues: ReplyItem.Field.allCases.map {
                ($0, form.all("reply_\($0.rawValue)"))
            })
        let texts = form.all("reply_choice")
        let answers = form.all("reply_answer")
        let count = Swift.max(formats.count, values[.text]?.count ?? 0)
        self = (0..<Swift.min(count, Reply.itemLimit + 1)).map { index in
            var item = ReplyItemForm(key: keys.at(index) ?? String(index + 1))
            item.format = formats.at(index).flatMap(ReplyItem.Format.init(rawValue:)) ?? .text
            for (field, all) in values { item[field] = all.at(index) ?? "" }
            for row in item.choices.indices {
                let place = index * item.choices.count + row
                item.choices[row] = ReplyItem.Menu.Choice(
                    text: texts.at(place) ?? "", answer: answers.at(place) ?? "")
            }
            return item
        }
    }

    /// Moves the item of `key` one place up or down.
    mutating func move(_ key: String, by step: Int) {
        guard let place = firstIndex(where: { $0.key == key }),
            indices.contains(place + step)
        else { return }
        swapAt(place, place + step)
    }
}

extension [String] {
    fileprivate func at(_ index: Int) -> String? { indices.contains(index) ? self[index] : nil }
}
