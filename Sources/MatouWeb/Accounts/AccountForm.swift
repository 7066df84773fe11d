import HTTP
import Matou

/// What a person typed into the form of an account. Secrets go back into their fields after a fault,
/// where nobody can read them, so that they need not be fetched at WeChat again.
struct AccountForm: Sendable {
    var draft = Account.Draft()
    var version: Int?

    init() {}

    init(_ form: Form) {
        func text(_ name: String) -> String { form.first(name) ?? "" }
        func secret(_ name: String) -> String? {
            let text = text(name).trimmingWhitespace()
            return text.isEmpty ? nil : text
        }
        draft = Account.Draft(
            name: text("name"), appID: text("app_id"), originalID: text("original_id"),
            secret: secret("secret"), token: secret("token"), aesKey: secret("aes_key"),
            messageMode: text("message_mode"), isVerified: form.first("verified") != nil)
        version = form.first("version").flatMap(Int.init)
    }

    init(_ account: Account) {
        draft = Account.Draft(account)
        version = account.version
    }
}

/// The form of an account, as its templates show it.
struct AccountFormView: Sendable {
    /// Changing only: whose form it is.
    let account: AccountShowView.Head?
    let form: [String: FormField]
    let isVerified: Bool
    let modes: [Choice]
    let modeError: String?
    let problem: Notice?
    let version: String?

    init(
        _ sent: AccountForm, changing account: Account?, faults: [FieldFault] = [],
        problem: Notice? = nil, _ wording: Wording
    ) {
        let draft = sent.draft
        let texts = FaultTexts(faults, wording, form: "accounts")
        func secret(_ id: String, _ value: String?) -> FormField {
            var field = FormField(id, value ?? "", texts)
            field.isKept = account != nil
            field.placeholder = account == nil ? "" : wording("accounts.secret-kept")
            return field
        }
        self.account = account.map {
            AccountShowView.Head(
                path: $0.path, name: $0.name, chips: [], editPath: nil, deletePath: nil)
        }
        var appID = FormField("app_id", draft.appID, texts)
        appID.isFixed = account != nil
        form = [
            "name": FormField("name", draft.name, texts),
            "app_id": appID,
            "original_id": FormField("original_id", draft.originalID, texts),
            "secret": secret("secret", draft.secret),
            "token": secret("token", draft.token),
            "aes_key": secret("aes_key", draft.aesKey),
        ]
        isVerified = draft.isVerified
        modes = Account.MessageMode.allCases.reversed().map {
            Choice(
                $0.rawValue, wording("accounts.mode.\($0.rawValue)"),
                help: wording("accounts.mode.\($0.rawValue)-help"),
                isSelected: $0.rawValue == draft.messageMode)
        }
        modeError = texts["message_mode"]
        // Dots in a field do not say whose they are.
        let note = draft.secret == nil ? nil : wording("accounts.secrets-still-here")
        self.problem = problem ?? Notice(faults: faults, detail: note, wording)
        version = sent.version.map(String.init)
    }
}
