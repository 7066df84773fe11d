import HTTP
import Matou

/// In this module a form is what a browser sends; what a marketer makes of fields is `Matou.Form`.
typealias Form = HTTP.Form

/// A field of a marketer's form as whoever fills it in sees it: partial `forms/input`.
struct FormInput: Sendable {
    let id: String
    let name: String
    let label: String
    let isRequired: Bool
    let value: String
    let line: Line?
    let isLong: Bool
    let hasOptions: Bool
    /// Of a choice: `radio` or `checkbox`.
    let inputType: String
    let choices: [Choice]
    let error: String?

    /// Of a field of one line.
    struct Line: Sendable {
        let type: String
        let mode: String
        let autocomplete: String
    }

    init(_ field: Matou.Form.Field, _ sent: [String], error: String?) {
        name = "answer_\(field.id)"
        id = name
        label = field.label
        isRequired = field.isRequired
        value = sent.first ?? ""
        line = Line(field)
        isLong = field.kind == .textarea
        hasOptions = field.kind.hasOptions
        inputType = field.kind == .multiselect ? "checkbox" : "radio"
        choices = field.options.map { Choice($0, $0, isSelected: sent.contains($0)) }
        self.error = error
    }
}

extension FormInput.Line {
    /// Nil for a field that has more lines, or choices.
    fileprivate init?(_ field: Matou.Form.Field) {
        switch field.kind {
        case .text:
            self.init(
                type: "text", mode: "text", autocomplete: field.role == .name ? "name" : "off")
        case .mobile: self.init(type: "tel", mode: "tel", autocomplete: "tel")
        case .email: self.init(type: "email", mode: "email", autocomplete: "email")
        case .date: self.init(type: "date", mode: "none", autocomplete: "off")
        case .select, .multiselect, .textarea: return nil
        }
    }
}
