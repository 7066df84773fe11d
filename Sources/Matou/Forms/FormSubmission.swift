import Crypto
import Foundation
import SQL

/// What somebody sent with a form.
package struct FormSubmission: Sendable, Equatable, Identified {
    package typealias ID = Identifier<FormSubmission>
    package static let idPrefix = "fs"
    /// The order of every list of submissions, the latest first.
    package static let sort = "-submitted_at"
    package static let textLimit = 200
    package static let textareaLimit = 2000

    package let id: ID
    package let form: Form.ID
    /// Before any merge.
    package let contact: Contact.ID
    /// The code whose scan the form answered.
    package let code: QRCode.ID?
    package let submittedAt: Timestamp
    /// The drawing of the page that it was typed into.
    let page: String
    /// By field; several for a field of several choices.
    package let answers: [String: [String]]

    /// Whether the contact was erased: a form has a key field that nobody can leave empty, so that
    /// without any answer the answers are gone.
    package var isErased: Bool { answers.isEmpty }
}

/// What a browser sent, before it is checked.
package struct FormSheet: Sendable {
    package var answers: [String: [String]]
    /// What came with the link of a reply; nil for a link without.
    package var token: String?
    /// What the page was given when it was drawn.
    package var stamp: String
    /// What a person does not see and a program fills in.
    package var trap: String
    package var address: String

    package init(
        answers: [String: [String]], token: String?, stamp: String, trap: String, address: String
    ) {
        self.answers = answers
        self.token = token
        self.stamp = stamp
        self.trap = trap
        self.address = address
    }
}

extension Form.Field {
    /// An answer as it is kept, in the form in which it is compared.
    func checked(_ sent: [String], _ faults: inout FieldFaults) -> [String] {
        let place = "answers.\(id)"
        let sent = sent.filter { !$0.trimmingWhitespace().isEmpty }
        guard let first = sent.first else {
            if isRequired { faults.add(place, .required) }
            return []
        }
        switch kind {
        case .text: return [faults.line(place, first, limit: FormSubmission.textLimit)]
        case .textarea:
            return [
                faults.paragraph(
                    place, first, limit: FormSubmission.textareaLimit, required: isRequired)
            ]
        case .mobile: return key(ContactKey.mobile(first), place, &faults)
        case .email: return key(ContactKey.email(first), place, &faults)
        case .date:
            guard Day(iso: first) != nil else {
                faults.add(place, .malformed)
                return []
            }
            return [first]
        case .select, .multiselect:
            let chosen = options.filter(sent.contains)
            if chosen.count != Set(sent).count || kind == .select && chosen.count > 1 {
                faults.add(place, .notOneOf(options))
            }
            return chosen
        }
    }

    private func key(
        _ key: ContactKey?, _ place: String, _ faults: inout FieldFaults
    ) -> [String] {
        guard let key else {
            faults.add(place, .malformed)
            return []
        }
        return [key.value]
    }
}

extension Day {
    /// `2026-11-21`; nil for anything else, and for days that no month has.
    package init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({
                $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard Day(daysSinceEpoch: daysSinceEpoch) == self else { return nil }
    }
}
