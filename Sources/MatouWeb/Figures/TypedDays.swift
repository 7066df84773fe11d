import Matou

/// A range of days as somebody typed it into the form of a page.
struct TypedDays: Sendable {
    static let names = ["from", "to"]

    /// As they were typed; empty for none.
    let from: String
    let to: String

    init(_ visit: Visit) {
        from = visit.text("from")
        to = visit.text("to")
    }

    var isEmpty: Bool { from.isEmpty && to.isEmpty }

    /// What the days make, or else `standard` and why they cannot be taken: the page then shows what it
    /// can, with the words beside the form.
    func read<Value>(
        else standard: Value, _ make: (_ first: Day?, _ last: Day?) throws -> Value
    ) -> (value: Value, fault: FieldFault.Code?) {
        do {
            return (try make(try Self.day(from), try Self.day(to)), nil)
        } catch Refusal.invalid(let faults) {
            return (standard, faults.first?.code)
        } catch {
            return (standard, .malformed)
        }
    }

    private static func day(_ text: String) throws(Refusal) -> Day? {
        if text.isEmpty { return nil }
        guard let day = Day.parameter(text) else { throw .invalid("from", .malformed) }
        return day
    }
}

/// The two fields and what is wrong with them: partials/days.
struct DayForm: Sendable {
    let from: String
    let to: String
    let error: String?

    init(from: String, to: String, fault: FieldFault.Code?, _ wording: Wording) {
        self.from = from
        self.to = to
        error = fault?.words(wording.locales, in: wording.language)
    }
}
