/// What goes wrong on purpose.
struct Faults: Sendable, Codable {
    private(set) var faults: [Fault] = []

    static let countMax = 100

    var isEmpty: Bool { faults.isEmpty }

    init(_ faults: [Fault] = []) {
        self.faults = faults
    }

    /// The faults that strike a call of that path now; those that were for a number of times count
    /// down.
    mutating func strike(_ path: String, of appid: String?) -> [Fault.Effect] {
        guard !faults.isEmpty else { return [] }
        var effects: [Fault.Effect] = []
        for index in faults.indices
        where faults[index].effect.strikesCalls && faults[index].matches(path, appid) {
            effects.append(faults[index].effect)
            faults[index].timesLeft? -= 1
        }
        faults.removeAll { $0.timesLeft == 0 }
        return effects
    }

    func dailyLimit(of path: String, for appid: String) -> Int? {
        for fault in faults where fault.matches(path, appid) {
            if case .quota(let limit) = fault.effect { return limit }
        }
        return nil
    }

    /// How often each callback of the account is sent once more.
    func callbackRepeats(of appid: String) -> Int {
        for fault in faults where fault.matches(nil, appid) {
            if case .repeatedCallbacks(let count) = fault.effect { return count }
        }
        return 0
    }

    func reordersCallbacks(of appid: String) -> Bool {
        faults.contains { $0.effect == .reorderedCallbacks && $0.matches(nil, appid) }
    }
}

package struct Fault: Sendable, Hashable, Codable {
    package enum Effect: Sendable, Hashable, Codable {
        case latency(milliseconds: Int)
        /// The connection ends in the middle of the answer.
        case droppedConnection
        case errcode(Int)
        /// The day's quota is this.
        case quota(Int)
        case repeatedCallbacks(Int)
        /// Of two callbacks near in time the later one is delivered first.
        case reorderedCallbacks

        var strikesCalls: Bool {
            switch self {
            case .latency, .droppedConnection, .errcode: true
            case .quota, .repeatedCallbacks, .reorderedCallbacks: false
            }
        }
    }

    package var effect: Effect
    /// A path, or the beginning of paths when it ends in `*`.
    package var path: String
    /// Only for this account.
    package var appid: String?
    /// Absent for always.
    package var timesLeft: Int?

    static let latencyMillisecondsMax: Int64 = 60_000
    static let repeatsMax: Int64 = 10

    package init(
        effect: Effect, path: String = "*", appid: String? = nil, timesLeft: Int? = nil
    ) {
        self.effect = effect
        self.path = path
        self.appid = appid
        self.timesLeft = timesLeft
    }

    func matches(_ path: String?, _ appid: String?) -> Bool {
        guard self.appid == nil || self.appid == appid else { return false }
        guard let path else { return true }
        return self.path.hasSuffix("*") ? path.hasPrefix(self.path.dropLast()) : path == self.path
    }
}
