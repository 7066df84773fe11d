/// How often one account called one path today and in this minute.
struct Usage: Sendable, Codable {
    private var day: Int64 = 0
    private var usedToday = 0
    private var minute: Int64 = 0
    private var usedThisMinute = 0

    func used(onDayOf now: Moment) -> Int {
        day == now.dayInChina ? usedToday : 0
    }

    /// Counts a call, or refuses it when a quota is used up.
    mutating func count(
        dailyLimit: Int?, minuteLimit: Int?, at now: Moment
    ) throws(Errcode) {
        if day != now.dayInChina { (day, usedToday) = (now.dayInChina, 0) }
        if minute != now.seconds / 60 { (minute, usedThisMinute) = (now.seconds / 60, 0) }
        if let dailyLimit, usedToday >= dailyLimit { throw .dailyQuotaReached }
        if let minuteLimit, usedThisMinute >= minuteLimit { throw .minuteQuotaReached }
        usedToday += 1
        usedThisMinute += 1
    }

    mutating func clearToday() {
        usedToday = 0
    }
}

/// The months' uses of `clear_quota`, ten a month.
struct QuotaClearings: Sendable, Codable {
    private var moments: [Moment] = []

    static let perMonth = 10

    mutating func count(at now: Moment) throws(Errcode) {
        moments.removeAll { now - $0 >= .seconds(30 * 86_400) }
        guard moments.count < Self.perMonth else { throw .quotaClearingsUsedUp }
        moments.append(now)
    }
}
