import SQL

/// A tag of ours 会员标签 on a contact, who may have any number.
package struct ContactTag: Sendable, Equatable, Identified {
    package typealias ID = Identifier<ContactTag>
    package static let idPrefix = "tg"
    package static let nameLimit = 40
    /// How many a code puts on: a bound for a form, not for a contact.
    package static let perCodeMax = 50

    package let id: ID
    package let name: String

    static func fault(of name: String) -> FieldFault.Code? {
        if name.isEmpty { return .required }
        if name.utf8.count > 8 * nameLimit || name.count > nameLimit {
            return .tooLong(limit: nameLimit, unit: .characters)
        }
        if ID.isForm(of: name) || FollowerTag.ID.isForm(of: name) { return .idForName }
        let isControl = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .control
        }
        return name.unicodeScalars.contains(where: isControl) ? .hasControlCharacters : nil
    }
}
