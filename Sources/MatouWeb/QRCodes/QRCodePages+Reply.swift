import HTTP
import Matou

extension QRCodePages: ReplyEditing {
    /// The chat as it would be, while the form is typed.
    @Sendable func preview(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let form = QRCodeForm(sent)
        let account = try await installation.accounts.find(
            Account.ID(sent.first("account") ?? ""), for: visit.principal)
        let references = try await installation.qrCodes.references(
            of: form.items.map(\.item), on: account.id, withDeleted: true, for: visit.principal)
        let view = QRCodeFormView.Preview(form, account, references, renderer.wording(visit))
        return try renderer.fragment("replies/chat", view, in: visit)
    }
}
