import HTTP
import Matou

/// Changing the tags of several codes at once.
extension QRCodePages {
    @Sendable func tagSelection(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let form = QRCodeSelectionForm(sent, visit)
        let change = CodeTagChange(sent)
        do {
            let changed = try await installation.qrCodes.tag(
                form.selection, change, by: visit.principal)
            return .redirect(to: form.returnAddress.undoing(changed, .tagged).text)
        } catch Refusal.invalid(let faults) {
            return try await askForTags(form, change, faults: faults, visit)
        }
    }

    /// Which tags to put on and to take off.
    func askForTags(
        _ form: QRCodeSelectionForm, _ change: CodeTagChange,
        faults: [FieldFault] = [], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let total = try await installation.qrCodes.standing(
            of: form.selection, for: visit.principal
        ).total
        let account = try await installation.accounts.find(form.account, for: visit.principal)
        let known = try await KnownTags(of: account, installation.tags, for: visit.principal)
        let errors = FaultTexts(faults, wording)
        let view = CodeTagsView(
            question: wording("qr-codes.tags.title", ["count": wording.number(total)]),
            fields: form.fields,
            addFollower: TagField(
                "add_follower_tags", change.added.follower, of: known.follower, errors),
            addContact: TagField(
                "add_contact_tags", change.added.contact, of: known.contact, errors),
            removeFollower: TagField(
                "remove_follower_tags", change.removed.follower, of: known.follower, errors),
            removeContact: TagField(
                "remove_contact_tags", change.removed.contact, of: known.contact, errors),
            returnPath: form.returnPath)
        return try await renderer.page(
            "qr-codes/tags", view, title: wording("qr-codes.batch.tags"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

struct CodeTagsView: Sendable {
    let question: String
    let fields: [HiddenField]
    let addFollower: TagField
    let addContact: TagField
    let removeFollower: TagField
    let removeContact: TagField
    let returnPath: String
}

extension CodeTagChange {
    fileprivate init(_ form: Form) {
        self.init(
            added: Names(
                contact: form.tagNames("add_contact_tags"),
                follower: form.tagNames("add_follower_tags")),
            removed: Names(
                contact: form.tagNames("remove_contact_tags"),
                follower: form.tagNames("remove_follower_tags")))
    }
}
