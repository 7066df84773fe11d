import HTTP
import Matou

/// What a marketer typed into the editor of a form, as it was typed.
struct FormEditor: Sendable {
    var title = ""
    var description = ""
    var submitLabel = ""
    var isOpen = true
    var fields: [Line] = []
    var version: Int?

    /// A field of the form, as its lines in the editor say.
    struct Line: Sendable {
        var id: String
        var label: String
        var kind: String
        var options: String
        var isRequired: Bool
        var role: Matou.Form.Field.Role?
    }

    /// What a new form begins with.
    init(_ wording: Wording) {
        fields = [
            Line(
                id: "name", label: wording("forms.field.name"), kind: "text", options: "",
                isRequired: false, role: .name),
            Line(
                id: "mobile", label: wording("forms.field.mobile"), kind: "mobile", options: "",
                isRequired: true, role: .key),
        ]
    }

    init(_ form: Matou.Form) {
        title = form.title
        description = form.description
        submitLabel = form.submitLabel
        isOpen = form.isOpen
        version = form.version
        fields = form.fields.map {
            Line(
                id: $0.id, label: $0.label, kind: $0.kind.rawValue,
                options: $0.options.joined(separator: "\n"), isRequired: $0.isRequired,
                role: $0.role)
        }
    }

    init(_ sent: Form) {
        title = sent.first("title") ?? ""
        description = sent.first("description") ?? ""
        submitLabel = sent.first("submit_label") ?? ""
        isOpen = sent.first("open") != nil
        version = sent.first("version").flatMap(Int.init)
        let (ids, labels) = (sent.all("field_id"), sent.all("field_label"))
        let (kinds, options) = (sent.all("field_kind"), sent.all("field_options"))
        let required = Set(sent.all("field_required"))
        let count = min(ids.count, labels.count, kinds.count, options.count)
        fields = (0..<min(count, Matou.Form.fieldsMax + 1)).map { index in
            let number = String(index + 1)
            let role: Matou.Form.Field.Role? =
                sent.first("field_key") == number
                ? .key : sent.first("field_name") == number ? .name : nil
            return Line(
                id: ids[index], label: labels[index], kind: kinds[index],
                options: options[index], isRequired: required.contains(number), role: role)
        }
    }

    /// Does what a button of the editor asks: a field added, moved or removed.
    ///
    /// - Returns: false when the form was sent to be saved.
    mutating func edit(as sent: Form, fresh: String) -> Bool {
        func index(_ name: String) -> Int? {
            sent.first(name).flatMap(Int.init).map { $0 - 1 }
                .flatMap { fields.indices.contains($0) ? $0 : nil }
        }
        if sent.first("add") != nil {
            if fields.count < Matou.Form.fieldsMax {
                fields.append(
                    Line(
                        id: fresh, label: "", kind: "text", options: "", isRequired: false,
                        role: nil))
            }
        } else if let index = index("up") {
            if index > 0 { fields.swapAt(index, index - 1) }
        } else if let index = index("down") {
            if index + 1 < fields.count { fields.swapAt(index, index + 1) }
        } else if let index = index("remove") {
            fields.remove(at: index)
        } else {
            return false
        }
        return true
    }

    var draft: Matou.Form.Draft {
        var draft = Matou.Form.Draft()
        draft.title = title
        draft.description = description
        draft.submitLabel = submitLabel
        draft.isOpen = isOpen
        draft.fields = fields.enumerated().map { index, line in
            if Matou.Form.Field.Kind(rawValue: line.kind) == nil {
                draft.faults.append(
                    FieldFault(
                        "fields.\(index).kind",
                        .notOneOf(Matou.Form.Field.Kind.allCases.map(\.rawValue))))
            }
            return line.field
        }
        return draft
    }
}

extension FormEditor.Line {
    var field: Matou.Form.Field {
        Matou.Form.Field(
            id: id, kind: Matou.Form.Field.Kind(rawValue: kind) ?? .text, label: label,
            isRequired: isRequired,
            options: options.split(whereSeparator: \.isNewline)
                .map { String($0).trimmingWhitespace() }.filter { !$0.isEmpty },
            role: role)
    }
}
