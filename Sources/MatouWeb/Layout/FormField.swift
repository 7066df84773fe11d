import Matou

/// A text field of a form: partial `field`.
struct FormField: Sendable {
    let id: String
    let value: String
    let error: String?
    var placeholder = ""
    /// A secret that we have already: left empty, it stays.
    var isKept = false
    /// Cannot be changed any more.
    var isFixed = false
    let count: Int
    /// Where a limit in bytes is counted while one types.
    var counter: ByteCounter?

    init(_ id: String, _ value: String, _ faults: FaultTexts) {
        self.id = id
        self.value = value
        count = value.count
        error = faults[id]
    }
}

/// How much of a limit a text takes: partials/bytes, inside of a field with an id.
struct ByteCounter: Sendable {
    let count: Int
    let max: Int
    let isOver: Bool
    /// Which choice the limit is for; nil where it is one for all.
    let choice: String?

    init(_ text: String, max: Int, for choice: String? = nil) {
        count = text.replacing("\r\n", with: "\n").utf8.count
        self.max = max
        isOver = count > max
        self.choice = choice
    }
}

extension Notice {
    /// What stands over a form that was sent with faults; nil without any.
    ///
    /// - Parameter hasPassword: whether the form has one, which is never sent back.
    init?(
        faults: [FieldFault], detail: String? = nil, hasPassword: Bool = false, _ wording: Wording
    ) {
        guard !faults.isEmpty else { return nil }
        let key = hasPassword ? "common.problem.password" : "common.problem"
        self.init(.bad, wording(key, ["count": String(faults.count)]), detail: detail)
    }
}
