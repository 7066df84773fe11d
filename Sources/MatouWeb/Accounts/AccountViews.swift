import Matou

/// The list of accounts, as its template shows it.
struct AccountListView: Sendable {
    let list: List?

    struct List: Sendable { let accounts: [Row] }

    struct Row: Sendable {
        let path: String
        let name: String
        let initial: String
        let appID: String
        let authorization: Chip
        /// What WeChat refused last, explained.
        let trouble: String?
        let verification: Chip
        let callback: Chip
        let callbackText: String
        let codes: String
        let editPath: String?
    }
}

extension AccountListView.Row {
    init(_ account: Account, codes: Int, mayEdit: Bool, now: Timestamp, _ wording: Wording) {
        path = account.path
        name = account.name
        initial = account.initial
        appID = account.appID
        authorization = account.authorizationChip(wording)
        trouble = account.health.apiFault?.explanation(in: wording)
        verification = account.verificationChip(wording)
        let line = HealthLine.callback(account, now, wording)
        callback = line.chip
        callbackText =
            account.health.callbackSeenAt.map { wording.date($0, now: now) }
            ?? wording("accounts.callback.never")
        self.codes = wording.number(codes)
        editPath = mayEdit ? account.path + "/edit" : nil
    }
}

/// The page of one account.
struct AccountShowView: Sendable {
    let account: Head
    let health: [HealthLine]
    let callback: CallbackView?
    let facts: [FactRow]
    let checkPath: String?
    /// Whether WeChat's verification of the callback has come.
    let verification: Notice?

    struct Head: Sendable {
        let path: String
        let name: String
        let chips: [Chip]
        let editPath: String?
        let deletePath: String?
    }
}

/// What to paste into WeChat's console.
struct CallbackView: Sendable {
    let values: [Copyable]
    let chip: Chip

    /// - Parameter secrets: for admins only.
    init(
        _ account: Account, secrets: (token: String, aesKey: String), settings: SiteSettings,
        now: Timestamp, _ wording: Wording
    ) {
        values = [
            Copyable(
                label: wording("accounts.callback.url"), text: settings.callbackURL(of: account)),
            Copyable(label: wording("accounts.callback.token"), text: secrets.token),
            Copyable(label: wording("accounts.callback.aes-key"), text: secrets.aesKey),
        ]
        chip = HealthLine.callback(account, now, wording).chip
    }
}

/// The question before an account is taken out.
struct AccountDeletionView: Sendable {
    let id: String
    let account: AccountShowView.Head
    let question: String
    let warning: Notice
    let canDelete: Bool
}

extension Account {
    var path: String { "/accounts/\(id)" }

    func authorizationChip(_ wording: Wording) -> Chip {
        let tone: Chip.Tone =
            switch authorization {
            case .authorized: health.apiFault == nil ? .good : .warn
            case .unauthorized: .warn
            case .revoked: .bad
            }
        let word = wrongSetting?.rawValue ?? authorization.rawValue
        return Chip(wording("accounts.authorization.\(word)"), tone)
    }

    /// What makes WeChat refuse every call although nobody took the authorization back.
    enum WrongSetting: String {
        /// WeChat's console does not have this server's address.
        case address
        /// The AppSecret is another one in WeChat's console.
        case secret
    }

    var wrongSetting: WrongSetting? {
        guard authorization != .authorized else { return nil }
        return switch health.apiFault?.code {
        case 40164?: .address
        case 40125?: .secret
        default: nil
        }
    }

    func verificationChip(_ wording: Wording) -> Chip {
        Chip(
            wording("accounts.verification.\(isVerified ? "yes" : "no")"),
            isVerified ? .good : .warn)
    }
}

extension Notice {
    /// Why no code can be made on the account, and where to mend it; nil when one can.
    init?(obstacleOf account: Account, _ wording: Wording) {
        let key: String
        switch account.obstacle {
        case nil: return nil
        case .accountNotVerified: key = "unverified"
        default: key = account.wrongSetting == nil ? "unauthorized" : "refused"
        }
        self.init(
            .warn, wording("qr-codes.cannot.\(key)", ["account": account.name]),
            detail: account.health.apiFault?.explanation(in: wording),
            action: Link(path: account.path, label: wording("qr-codes.cannot.fix")))
    }
}
