/// What one account knows of one person: its fan, once it follows.
struct Fan: Sendable, Codable {
    let openid: String
    let person: String
    let appid: String
    var isSubscribed = false
    /// When the person followed last; absent for one who never did.
    var subscribed: Moment?
    var subscribeScene = ""
    /// Scene of the code with which the fan last followed.
    var scene: Scene?
    /// Ticket of a code that was scanned without following yet.
    var pendingTicket: String?
    var remark = ""
    var tags: [Int64] = []
    var allowances: [Allowance] = []
    var lastInteraction: Moment?
    var typingUntil: Moment?

    static let remarkLengthMax = 30

    /// Opens or renews what an action of the fan allows the account to send.
    mutating func open(_ action: Allowance.Action, at now: Moment) {
        allowances.removeAll { $0.action == action || now >= $0.until }
        allowances.append(
            Allowance(action: action, left: action.messages, until: now + action.window))
        lastInteraction = now
    }

    /// Takes one customer-service message from the allowances (`wechat-wire.md` §1.4).
    ///
    /// Allowances do not add up: one message counts against each that is open.
    mutating func spendMessage(at now: Moment) throws(Errcode) {
        guard isSubscribed else {
            throw subscribed == nil ? .requiresSubscription : .outOfWindow
        }
        let open = allowances.indices.filter { now < allowances[$0].until }
        guard !open.isEmpty else { throw .outOfWindow }
        guard open.contains(where: { allowances[$0].left > 0 }) else { throw .outOfMessages }
        for index in open where allowances[index].left > 0 {
            allowances[index].left -= 1
        }
    }

    mutating func follow(with code: ParametricCode?, at now: Moment) {
        isSubscribed = true
        subscribed = now
        subscribeScene = code == nil ? "ADD_SCENE_SEARCH" : "ADD_SCENE_QR_CODE"
        scene = code?.scene
        pendingTicket = nil
        open(.follow, at: now)
    }

    /// The account forgets the tags and the remark of a fan who leaves.
    mutating func unfollow() {
        isSubscribed = false
        pendingTicket = nil
        remark = ""
        tags = []
        allowances = []
        lastInteraction = nil
    }
}

/// Customer-service messages that an action of a fan opened.
struct Allowance: Sendable, Codable {
    enum Action: String, Sendable, Codable {
        case message, menuClick, follow, scan

        var messages: Int { self == .message ? 5 : 3 }
        var window: Duration { self == .message ? .seconds(48 * 3600) : .seconds(60) }
    }

    let action: Action
    var left: Int
    let until: Moment
}
