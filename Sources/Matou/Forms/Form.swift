import Foundation
import SQL

/// A public page with fields 表单, whose key field ties what was typed to a contact.
package struct Form: Sendable, Equatable, Identified, Versioned {
    package typealias ID = Identifier<Form>
    package static let idPrefix = "fm"
    /// The order of every list of forms, the latest first.
    package static let sort = "-created_at"
    package static let titleLimit = 60
    package static let descriptionLimit = 500
    package static let submitLabelLimit = 20
    package static let fieldsMax = 20

    package let id: ID
    /// The last part of `/f/…`.
    package let slug: String
    package let title: String
    package let description: String
    package let fields: [Field]
    /// Empty for the usual word.
    package let submitLabel: String
    package let isOpen: Bool
    package let createdBy: String
    package let createdAt: Timestamp
    package let updatedBy: String
    package let updatedAt: Timestamp
    package let version: Int
    package let deletedAt: Timestamp?
    package let deletedBy: String?

    package var keyField: Field? { fields.first { $0.role == .key } }
}

extension Form {
    /// A field of a form, with what is asked and how.
    package struct Field: Sendable, Equatable, Codable {
        package static let labelLimit = 60
        package static let optionLimit = 60
        package static let optionsMax = 50

        /// Unique in the form and kept over changes: answers name it.
        package var id: String
        package var kind: Kind
        package var label: String
        package var isRequired: Bool
        /// Of a choice.
        package var options: [String]
        package var role: Role?

        package init(
            id: String, kind: Kind, label: String, isRequired: Bool = false, options: [String] = [],
            role: Role? = nil
        ) {
            self.id = id
            self.kind = kind
            self.label = label
            self.isRequired = isRequired
            self.options = options
            self.role = role
        }

        package enum Kind: String, Sendable, CaseIterable, Codable {
            case text, mobile, email, select, multiselect, textarea, date

            package var hasOptions: Bool { self == .select || self == .multiselect }
            /// Whether it can tell who somebody is.
            package var key: ContactKey.Kind? {
                switch self {
                case .mobile: .mobile
                case .email: .email
                default: nil
                }
            }
        }

        /// What an answer says of the person, besides itself.
        package enum Role: String, Sendable, CaseIterable, Codable {
            /// Who it is: contacts with the same are merged.
            case key
            /// What they are called.
            case name
        }
    }
}

extension Form {
    package struct Draft: Sendable, Equatable {
        package var title = ""
        package var description = ""
        package var fields: [Field] = []
        package var submitLabel = ""
        package var isOpen = true
        package var faults: [FieldFault] = []

        package init() {}

        package init(_ form: Form) {
            title = form.title
            description = form.description
            fields = form.fields
            submitLabel = form.submitLabel
            isOpen = form.isOpen
        }
    }
}

/// A draft as a version keeps it: everything that a person may change of a form, and no fault.
extension Form.Draft: Codable {
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case title, description, fields
        case submitLabel = "submit_label"
        case isOpen = "open"
    }

    /// - Throws: `DecodingError`.
    init(snapshot json: String) throws {
        self = try StoredJSON.value(Self.self, of: json)
    }
}

extension Form.Draft {
    /// The draft trimmed, once every field can be taken.
    ///
    /// - Throws: `Refusal.invalid` with all faults at once.
    func checked() throws(Refusal) -> Self {
        var faults = FieldFaults(faults)
        var draft = self
        draft.title = faults.line("title", title, limit: Form.titleLimit)
        draft.description = faults.paragraph(
            "description", description, limit: Form.descriptionLimit, required: false)
        draft.submitLabel = faults.line(
            "submit_label", submitLabel, limit: Form.submitLabelLimit, required: false)
        if fields.isEmpty { faults.add("fields", .required) }
        if fields.count > Form.fieldsMax { faults.add("fields", .tooMany(limit: Form.fieldsMax)) }
        var ids: Set<String> = []
        draft.fields = fields.prefix(Form.fieldsMax).enumerated().map { index, field in
            field.checked(at: "fields.\(index)", &ids, &faults)
        }
        let keys = draft.fields.filter { $0.role == .key }
        if keys.count != 1 { faults.add("fields", keys.isEmpty ? .required : .tooMany(limit: 1)) }
        if draft.fields.filter({ $0.role == .name }).count > 1 {
            faults.add("fields", .tooMany(limit: 1))
        }
        try faults.check()
        return draft
    }
}

extension Form.Field {
    fileprivate func checked(
        at place: String, _ ids: inout Set<String>, _ faults: inout FieldFaults
    ) -> Form.Field {
        var field = self
        field.label = faults.line("\(place).label", label, limit: Self.labelLimit)
        let isID = { (byte: UInt8) in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || byte == UInt8(ascii: "_")
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        }
        if id.isEmpty || id.utf8.count > 40 || !id.utf8.allSatisfy(isID) {
            faults.add("\(place).id", .malformed)
        } else if !ids.insert(id).inserted {
            faults.add("\(place).id", .taken)
        }
        if role == .key {
            if kind.key == nil { faults.add("\(place).role", .notWith("kind")) }
            // Without it there is nobody to merge with.
            field.isRequired = true
        }
        if role == .name, kind != .text { faults.add("\(place).role", .notWith("kind")) }
        guard kind.hasOptions else {
            field.options = []
            return field
        }
        if options.isEmpty { faults.add("\(place).options", .required) }
        if options.count > Self.optionsMax {
            faults.add("\(place).options", .tooMany(limit: Self.optionsMax))
        }
        var seen: Set<String> = []
        field.options = options.prefix(Self.optionsMax).map {
            faults.line("\(place).options", $0, limit: Self.optionLimit)
        }.filter { seen.insert($0).inserted }
        return field
    }
}

extension FieldFaults {
    /// Trims `text` and checks it as lines of at most `limit` characters in all.
    mutating func paragraph(
        _ field: String, _ text: String, limit: Int, required: Bool
    ) -> String {
        guard text.utf8.count <= 8 * limit else {
            add(field, .tooLong(limit: limit, unit: .characters))
            return ""
        }
        let text = text.replacing("\r\n", with: "\n").trimmingWhitespace()
        if text.isEmpty, required { add(field, .required) }
        if text.count > limit { add(field, .tooLong(limit: limit, unit: .characters)) }
        let isControl = { (scalar: Unicode.Scalar) in
            scalar != "\n" && scalar != "\t" && scalar.properties.generalCategory == .control
        }
        if text.unicodeScalars.contains(where: isControl) { add(field, .hasControlCharacters) }
        return text
    }
}
