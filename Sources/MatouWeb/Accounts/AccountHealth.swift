import Matou

/// How an account is doing, in a colour and a sentence: the dot in the switcher.
struct HealthSummary: Sendable {
    /// `good`, `warn`, `bad`, or `wait`: nothing has happened yet.
    let tone: String
    let text: String

    init(_ account: Account, _ wording: Wording) {
        let state =
            if account.health.apiFault != nil || account.authorization != .authorized {
                "bad"
            } else if !account.isVerified || account.health.isClockSkewed
                || account.health.refusal != nil
            {
                "warn"
            } else if account.health.callbackSeenAt == nil {
                "wait"
            } else {
                "good"
            }
        tone = state
        text = wording("accounts.health.summary-\(state)")
    }
}

/// One line of an account's health: what was looked at, how it is, and what to do.
struct HealthLine: Sendable {
    let what: String
    let chip: Chip
    let text: String
    /// What WeChat itself said.
    let words: String?

    init(
        _ what: String, _ state: String, _ text: String, words: String? = nil, _ wording: Wording
    ) {
        let tone: Chip.Tone =
            switch state {
            case "good": .good
            case "warn": .warn
            case "bad": .bad
            default: .plain
            }
        self.what = wording("accounts.health.\(what)")
        chip = Chip(wording("accounts.health.\(state)"), tone)
        self.text = text
        self.words = words
    }

    static func all(of account: Account, now: Timestamp, _ wording: Wording) -> [HealthLine] {
        [
            credentials(account, wording), verification(account, wording),
            callback(account, now, wording), clock(account, wording),
        ]
    }

    static func credentials(_ account: Account, _ wording: Wording) -> HealthLine {
        if let fault = account.health.apiFault {
            return HealthLine(
                "credentials", "bad", fault.explanation(in: wording),
                words: fault.answer.map { "\($0.code) \($0.words)" }, wording)
        }
        let isAuthorized = account.authorization == .authorized
        return HealthLine(
            "credentials", isAuthorized ? "good" : "wait",
            wording("accounts.health.credentials-\(isAuthorized ? "good" : "unknown")"), wording)
    }

    private static func verification(_ account: Account, _ wording: Wording) -> HealthLine {
        HealthLine(
            "verification", account.isVerified ? "good" : "warn",
            wording("accounts.health.verification-\(account.isVerified ? "good" : "no")"), wording)
    }

    static func callback(
        _ account: Account, _ now: Timestamp, _ wording: Wording
    ) -> HealthLine {
        let health = account.health
        if let refusal = health.refusal {
            return HealthLine(
                "callback", "bad",
                wording(
                    "accounts.health.callback-refused.\(refusal.reason.rawValue)",
                    ["date": wording.date(refusal.at, now: now)]), wording)
        }
        guard let seen = health.callbackSeenAt else {
            return HealthLine(
                "callback", "wait", wording("accounts.health.callback-never"), wording)
        }
        // Verification counts as a call: nothing but it has come when both times are the same.
        let isOnlyVerified = health.callbackVerifiedAt == seen
        return HealthLine(
            "callback", "good",
            wording(
                "accounts.health.callback-\(isOnlyVerified ? "verified" : "good")",
                ["date": wording.date(seen, now: now)]), wording)
    }

    private static func clock(_ account: Account, _ wording: Wording) -> HealthLine {
        guard let skew = account.health.clockSkew else {
            return HealthLine("clock", "wait", wording("accounts.health.clock-unknown"), wording)
        }
        let isSkewed = account.health.isClockSkewed
        let seconds = wording.number(Int(abs(skew.components.seconds)))
        return HealthLine(
            "clock", isSkewed ? "bad" : "good",
            wording(
                "accounts.health.clock-\(isSkewed ? "skewed" : "good")", ["seconds": seconds]),
            wording)
    }
}

extension Account.Health {
    var isClockSkewed: Bool {
        guard let clockSkew else { return false }
        return clockSkew > CallbackWindow.width || clockSkew < .zero - CallbackWindow.width
    }
}
