import Matou

/// What else of an account's health is looked at on its page.
extension HealthLine {
    static func all(
        of checkup: AccountCheckup, now: Timestamp, _ wording: Wording
    ) -> [HealthLine] {
        all(of: checkup.account, now: now, wording)
            + [address(checkup, wording), permanent(checkup, wording)]
            + quotas(checkup, now: now, wording)
            + [
                work("late", checkup.lateJobs, wording),
                work("failed", checkup.failedJobs, wording),
            ]
    }

    /// Whether WeChat lets our address in.
    private static func address(_ checkup: AccountCheckup, _ wording: Wording) -> HealthLine {
        if let address = checkup.refusedAddress {
            return HealthLine(
                "address", "bad", wording("accounts.health.address-bad", ["address": address]),
                words: checkup.account.health.apiFault?.words, wording)
        }
        // Whoever is told of another mistake was let in.
        let account = checkup.account
        let isKnown =
            account.authorization == .authorized || account.health.apiFault?.answer != nil
        return HealthLine(
            "address", isKnown ? "good" : "wait",
            wording("accounts.health.address-\(isKnown ? "good" : "unknown")"), wording)
    }

    private static func permanent(_ checkup: AccountCheckup, _ wording: Wording) -> HealthLine {
        let isNear = checkup.isNearPermanentLimit
        return HealthLine(
            "permanent", isNear ? "warn" : "good",
            wording(
                "accounts.health.permanent-\(isNear ? "near" : "good")",
                [
                    "used": wording.number(checkup.permanentCodes),
                    "limit": wording.number(Account.permanentCodeLimit),
                ]), wording)
    }

    private static func quotas(
        _ checkup: AccountCheckup, now: Timestamp, _ wording: Wording
    ) -> [HealthLine] {
        guard !checkup.quotas.isEmpty else {
            return [
                HealthLine("quota", "wait", wording("accounts.health.quota-unknown"), wording)
            ]
        }
        return checkup.quotas.map { quota in
            HealthLine(
                "quota", quota.isNear ? "warn" : "good",
                wording(
                    "accounts.health.quota-\(quota.isNear ? "near" : "good")",
                    [
                        "used": wording.number(quota.used),
                        "limit": wording.number(quota.dayLimit),
                        "date": wording.date(quota.readAt, now: now),
                    ]), words: quota.path, wording)
        }
    }

    private static func work(_ what: String, _ count: Int, _ wording: Wording) -> HealthLine {
        HealthLine(
            what, count == 0 ? "good" : "warn",
            wording(
                "accounts.health.\(what)-\(count == 0 ? "none" : "some")",
                ["count": wording.number(count)]), wording)
    }
}

extension JSON {
    /// The same facts for programs.
    init(_ checkup: AccountCheckup, _ locales: Locales) {
        let account = checkup.account
        self = [
            "verified": .bool(account.isVerified),
            "authorization": .string(account.authorization.rawValue),
            "api_fault": JSON(account.health.apiFault, locales),
            "refused_address": JSON(checkup.refusedAddress),
            "callback_verified_at": JSON(account.health.callbackVerifiedAt?.rfc3339),
            "callback_seen_at": JSON(account.health.callbackSeenAt?.rfc3339),
            "callback_refusal": JSON(account.health.refusal?.reason.rawValue),
            "callback_refused_at": JSON(account.health.refusal?.at.rfc3339),
            "clock_skew_ms": account.health.clockSkew.map { .integer($0.milliseconds) } ?? .null,
            "permanent_codes": [
                "used": JSON(checkup.permanentCodes), "limit": JSON(Account.permanentCodeLimit),
            ],
            "quotas": .array(
                checkup.quotas.map { quota in
                    [
                        "call": .string(quota.path), "limit": JSON(quota.dayLimit),
                        "used": JSON(quota.used), "read_at": .string(quota.readAt.rfc3339),
                    ]
                }),
            "late_jobs": JSON(checkup.lateJobs), "failed_jobs": JSON(checkup.failedJobs),
        ]
    }
}
