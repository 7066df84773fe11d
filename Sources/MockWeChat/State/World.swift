/// Everything the gateway remembers, as one value: the accounts, what they made, the people, and
/// their chats.
///
/// Every rule of WeChat's that the gateway keeps is a function of this value and a moment. It does
/// no input or output: what has to be pushed is returned.
struct World: Sendable {
    var settings: Settings {
        didSet { settingsChanged = true }
    }
    var settingsChanged = false

    /// By appid.
    var accounts = Table<OfficialAccount>()
    var credentials = Table<Credentials>()
    var tagSets = Table<TagSet>()
    var clearings = Table<QuotaClearings>()
    /// By "appid path".
    var usages = Table<Usage>()
    /// By ticket.
    var codes = Table<ParametricCode>()
    /// By person id.
    var people = Table<Person>()
    /// By openid; made when the person first meets the account.
    var fans = Table<Fan>()
    /// By message id.
    var messages = Table<Message>()
    /// By media id.
    var media = Table<Media>()
    var files = Table<MediaFile>()
    var drafts = Table<Draft>()
    /// By article id.
    var publications = Table<Publication>()
    /// Article ids by publish id.
    var publishJobs = Table<String>()

    var index = Index()

    struct Settings: Sendable, Codable {
        var seed: Seed
        var clock = Clock()
        var faults = Faults()
        /// The last number given out of each kind.
        var serials: [String: Int] = [:]
    }

    init(seed: Seed) {
        settings = Settings(seed: seed)
    }

    var seed: Seed { settings.seed }

    /// The next number of that kind, from 1.
    mutating func serial(_ kind: String) -> Int {
        settings.serials[kind, default: 0] += 1
        return settings.serials[kind, default: 1]
    }

    func account(_ appid: String) throws(Refusal) -> OfficialAccount {
        guard let account = accounts[appid] else {
            throw .missing("There is no account \(appid).")
        }
        return account
    }

    /// Sets an account up, or changes its settings and leaves the rest as it is.
    mutating func put(_ account: OfficialAccount) throws(Refusal) {
        try account.check()
        guard
            accounts.records.values.allSatisfy({
                $0.appid == account.appid || $0.originalID != account.originalID
            })
        else {
            throw .conflict("Another account has the original id \(account.originalID).")
        }
        guard accounts[account.appid] != nil || accounts.count < Self.accountsMax else {
            throw .conflict("The gateway holds at most \(Self.accountsMax) accounts.")
        }
        let isNew = accounts[account.appid] == nil
        accounts[account.appid] = account
        guard isNew else { return }
        for person in people.records.keys {
            index.add(openid(of: person, at: account.appid), person)
        }
    }

    static let accountsMax = 100
}

extension World {
    /// What can be found again from the tables, and is therefore not in the state file.
    struct Index: Sendable {
        /// Who an openid is, for every person and account.
        private(set) var people: [String: String] = [:]
        /// The account that an access token opens.
        var tokenOwners: [String: String] = [:]
        /// Tickets by the text of the picture.
        var tickets: [String: String] = [:]
        /// Tickets of permanent codes by account and scene.
        var permanent: [String: [Scene: String]] = [:]
        /// Message ids by person, oldest first.
        var inboxes: [String: [Int]] = [:]
        var fileBytes = 0

        mutating func add(_ openid: String, _ person: String) {
            people[openid] = person
        }
    }

    /// Builds the index anew, after the tables came from a file.
    mutating func reindex() {
        index = Index()
        for appid in accounts.records.keys {
            for person in people.records.keys { index.add(openid(of: person, at: appid), person) }
        }
        for (appid, held) in credentials.records {
            for token in held.tokens { index.tokenOwners[token.value] = appid }
        }
        for code in codes.records.values { add(toIndex: code) }
        for message in messages.records.values.sorted(by: { $0.id < $1.id }) {
            index.inboxes[message.person, default: []].append(message.id)
        }
        index.fileBytes = files.records.values.reduce(0) { $0 + $1.bytes.count }
    }

    mutating func add(toIndex code: ParametricCode) {
        index.tickets[code.url] = code.ticket
        if code.expires == nil {
            index.permanent[code.appid, default: [:]][code.scene] = code.ticket
        }
    }
}
