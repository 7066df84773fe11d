import HTTP
import Matou

/// What surrounds every page: title, navigation, account switcher, language, the one-time notice.
struct Shell: Sendable {
    let title: String
    let language: String
    let otherLanguage: LanguageChoice
    /// The page's own address, to come back to after choosing a language.
    let path: String
    /// Nil where there is nothing to tie a form to: no form is shown then.
    let csrf: String?
    let notice: Notice?

    var nav: [Group] = []
    var account: AccountEntry?
    var accounts: [AccountEntry] = []
    /// Where the switcher leads: the page itself, or the list when the page belongs to one account.
    var switchReturnPath = "/"
    /// Nil for members who may not connect accounts.
    var connectPath: String?
    var mockPhonePath: String?
    var viewer: Viewer?
    var workspace = ""
    /// Nil for who is in one only.
    var workspaces: WorkspaceList?

    struct LanguageChoice: Sendable {
        let code: String
        let name: String

        init(_ language: Language) {
            code = language.rawValue
            name = language.ownName
        }
    }

    struct Group: Sendable {
        let label: String
        let items: [Item]
    }

    struct Item: Sendable {
        let path: String
        let label: String
        let icon: String
        let isCurrent: Bool
        let count: String?
    }

    struct AccountEntry: Sendable {
        let id: String
        let name: String
        let initial: String
        let health: HealthSummary
        let isCurrent: Bool
    }

    struct WorkspaceList: Sendable { let choices: [Choice] }

    struct Viewer: Sendable {
        let name: String
        let initial: String
        let role: String
    }

    /// The shell of a page for anyone.
    init(
        title: String, _ request: Request, _ language: Language, csrf: CSRFToken?, notice: Notice?
    ) {
        self.title = title
        self.language = language.rawValue
        otherLanguage = LanguageChoice(language == .chinese ? .english : .chinese)
        path = request.method == .get ? request.target : request.path
        self.csrf = csrf?.text()
        self.notice = notice
    }

    /// The shell of a page for a member.
    init(
        title: String, in visit: Visit, _ wording: Wording, _ standing: Standing,
        settings: SiteSettings, notice: Notice?
    ) {
        self.init(
            title: title, visit.request, visit.language, csrf: visit.csrf, notice: notice)
        nav = Self.navigation(visit.request.path, visit.session.role, standing, wording)
        accounts = standing.accounts.map { account in
            AccountEntry(
                id: account.id.text, name: account.name, initial: account.name.initial,
                health: HealthSummary(account, wording),
                isCurrent: account.id == standing.account?.id)
        }
        account = accounts.first(where: \.isCurrent)
        switchReturnPath = Self.pathForOtherAccount(visit.request.path)
        connectPath = visit.session.role >= .admin ? "/accounts/new" : nil
        mockPhonePath = settings.mockGatewayURL
        viewer = Viewer(
            name: visit.session.user.name, initial: visit.session.user.name.initial,
            role: wording("common.role.\(visit.session.role.rawValue)"))
        workspace = visit.workspace.name
        let all = visit.session.workspaces
        workspaces =
            all.count < 2
            ? nil
            : WorkspaceList(
                choices: all.map {
                    Choice($0.id.text, $0.name, isSelected: $0.id == visit.workspace.id)
                })
    }

    private static func navigation(
        _ path: String, _ role: Role, _ standing: Standing, _ wording: Wording
    ) -> [Group] {
        func isAt(_ place: String) -> Bool {
            place == "/" ? path == "/" : path == place || path.hasPrefix(place + "/")
        }
        /// - Parameter tabs: pages that are reached by the item's tabs.
        func item(
            _ at: String, _ name: String, _ icon: String, count: Int? = nil, tabs: [String] = []
        ) -> Item {
            Item(
                path: at, label: wording("common.nav.\(name)"), icon: "icons/\(icon)",
                isCurrent: ([at] + tabs).contains(where: isAt),
                count: count.map(wording.number))
        }
        let manage =
            role >= .admin
            ? [item("/tokens", "tokens", "key"), item("/audit", "audit", "audit")] : []
        return [
            Group(
                label: wording("common.nav.acquire"),
                items: [
                    item("/", "overview", "overview"),
                    item("/qr-codes", "qr-codes", "qr", count: standing.codes),
                    item("/imports", "imports", "batch"),
                    item("/exports", "exports", "download"),
                ]),
            Group(
                label: wording("common.nav.people"),
                items: [
                    item("/contacts", "contacts", "contact"), item("/forms", "forms", "form"),
                    item("/audiences", "audiences", "audience"),
                    item("/tags", "tags", "tag"),
                ]),
            Group(
                label: wording("common.nav.configure"),
                items: [
                    item(
                        "/materials", "materials", "picture", tabs: ["/articles", "/news-cards"]),
                    item(
                        "/accounts", "accounts", "account",
                        count: standing.accounts.isEmpty ? nil : standing.accounts.count),
                    item("/members", "members", "members"),
                ] + manage + [
                    item("/api/docs", "api", "api"),
                    item("/settings", "settings", "settings"),
                ]),
        ]
    }

    /// The page of a code, a batch or a draft is of one account: another account's switch leads to
    /// the list of them.
    private static func pathForOtherAccount(_ path: String) -> String {
        ["/qr-codes", "/imports", "/articles"].first(where: path.hasPrefix) ?? path
    }
}

/// Where a member stands: the accounts of the workspace and the one that the pages are about.
struct Standing: Sendable {
    let accounts: [Account]
    let account: Account?
    /// How many codes the account has.
    let codes: Int?
}

extension Language {
    /// How those who speak it call it.
    var ownName: String {
        switch self {
        case .chinese: "中文"
        case .english: "English"
        }
    }
}

extension String {
    /// What stands in an avatar.
    var initial: String { first.map { String($0).uppercased() } ?? "·" }
}
