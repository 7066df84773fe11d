import Matou

/// Field faults as texts, by field.
struct FaultTexts: Sendable {
    private let texts: [String: String]

    /// - Parameter form: the locale file that may say it better than the general words do, under
    ///   `invalid.<field>.<code>`.
    init(_ faults: [FieldFault], _ wording: Wording, form: String? = nil) {
        texts = Dictionary(
            faults.map { fault in
                let own = form.map { "\($0).invalid.\(fault.field).\(fault.code.name)" }
                return if let own, wording.locales.has(own) {
                    (fault.field, wording(own))
                } else {
                    (fault.field, fault.code.words(wording.locales, in: wording.language))
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ field: String) -> String? { texts[field] }
}
