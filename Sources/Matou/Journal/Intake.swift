import Jobs
import SQL
import Synchronization
import WeChat

/// Turns what WeChat tells into a fact and all that follows from it, in one transaction.
package final class Intake: Sendable {
    /// An openid has 28 characters; anything far longer is not one.
    private static let openIDLengthMax = 64
    /// The longest key is that of a menu's link, which may have 1,024 bytes.
    private static let keyLengthMax = 2048
    /// How far ahead of our clock an event may say it happened: it would be the latest for ever.
    private static let futureSecondsMax: Int64 = 86_400
    /// The health of an account is written at most this often: every callback would be a row.
    private static let healthInterval: Duration = .seconds(10)

    private let database: any Database
    private let clock: WallClock
    private let sequence: FactSequence
    private let jobs: JobQueue
    private let healthNotedAt = Mutex<[Account.ID: Timestamp]>([:])
    /// Apart from those, so that what somebody repeats holds up no news of what is right.
    private let refusalNotedAt = Mutex<[Account.ID: Timestamp]>([:])

    init(database: any Database, clock: WallClock, sequence: FactSequence, jobs: JobQueue) {
        self.database = database
        self.clock = clock
        self.sequence = sequence
        self.jobs = jobs
    }

    /// What came of a delivery.
    package enum Receipt: Sendable, Equatable {
        case recorded(willReply: Bool)
        /// The same event was in the journal before. Nothing changed.
        case repeated
    }

    /// - Parameters:
    ///   - raw: the message in the clear, kept beside the fact.
    ///   - sentAt: when the sender signed the delivery.
    ///   - end: told once, when the fact is durable or is none.
    /// - Throws: `CallbackRefusal.malformed`; `end` is not told then.
    func take(
        _ message: CallbackMessage, raw: String, sentAt: Timestamp?, with keys: CallbackKeys,
        then end: @escaping @Sendable (Result<Receipt, any Error>) -> Void
    ) throws(CallbackRefusal) {
        let now = clock.now()
        guard message.from.utf8.count <= Self.openIDLengthMax,
            message.from.utf8.allSatisfy(isOpenIDByte),
            (0...(now.seconds + Self.futureSecondsMax)).contains(message.createdAt)
        else { throw CallbackRefusal.malformed("a field is not as WeChat sends it") }
        let arrival = Arrival(message, keys: keys, at: now)
        guard arrival.dedupeKey.utf8.count <= Self.keyLengthMax else {
            throw CallbackRefusal.malformed("a key is longer than WeChat's are")
        }
        let health = health(of: keys.account, sentAt: sentAt, at: now)

        database.write { [sequence] connection in
            if let health {
                try connection.noteCallback(health, of: keys.account, in: keys.workspace.id)
                _ = try connection.enqueue(
                    UnionIDs.job(of: keys.account, in: keys.workspace.id, at: now))
            }
            // Numbered where it is written, so that who reads the journal forward misses nothing.
            return try connection.record(arrival, seq: sequence.next(at: now), raw: raw)
        } then: { [jobs] result in
            end(result.map(\.0))
            // After the answer: a reply comes behind the `success` of its scan.
            if case .success((_, true)) = result { jobs.wake() }
        }
    }

    private func health(
        of account: Account.ID, sentAt: Timestamp?, at now: Timestamp
    ) -> CallbackHealth? {
        let isDue = healthNotedAt.withLock { Self.isDue(account, in: &$0, at: now) }
        return isDue ? CallbackHealth(seenAt: now, skew: sentAt.map { now - $0 }) : nil
    }

    /// Keeps why a delivery was refused, for the account's health. Strangers can bring it about too.
    func note(_ refusal: CallbackRefusal, for keys: CallbackKeys) async throws {
        let now = clock.now()
        guard let reason = refusal.reason,
            refusalNotedAt.withLock({ Self.isDue(keys.account, in: &$0, at: now) })
        else { return }
        _ = try await database.write {
            try $0.run(
                """
                UPDATE accounts SET callback_refusal = \(reason), callback_refused_at = \(now),
                    clock_skew_ms = COALESCE(\(refusal.skew?.milliseconds), clock_skew_ms)
                WHERE workspace_id = \(keys.workspace.id) AND id = \(keys.account)
                """)
        }
    }

    private static func isDue(
        _ account: Account.ID, in noted: inout [Account.ID: Timestamp], at now: Timestamp
    ) -> Bool {
        if let last = noted[account], now - last < healthInterval, now >= last { return false }
        noted[account] = now
        return true
    }
}

/// Openids are letters, digits, `_` and `-` (`wechat-wire.md` §0).
private func isOpenIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
    default: false
    }
}

/// A message on its way into the journal.
struct Arrival: Sendable {
    let workspace: Workspace.ID
    let account: Account.ID
    let kind: Fact.Kind
    let scene: String?
    let occurredAt: Timestamp
    let receivedAt: Timestamp
    let day: Day
    let dedupeKey: String
    let person: String
    /// A choice of one of our menus, when the message is a tap on it.
    let tap: MenuTap?

    init(_ message: CallbackMessage, keys: CallbackKeys, at now: Timestamp) {
        workspace = keys.workspace.id
        account = keys.account
        occurredAt = Timestamp(seconds: message.createdAt)
        receivedAt = now
        day = occurredAt.day(in: keys.workspace.timeZone)
        dedupeKey = message.redeliveryKey
        person = message.from
        if case .message(.text(_, let choice?)) = message.kind {
            tap = MenuTap(id: choice)
        } else {
            tap = nil
        }
        switch message.kind {
        case .message: (kind, scene) = (.message, nil)
        case .event(.subscribe(let scene)): (kind, self.scene) = (.subscribe, scene)
        case .event(.unsubscribe): (kind, scene) = (.unsubscribe, nil)
        case .event(.scan(let scene)): (kind, self.scene) = (.scan, scene)
        case .event: (kind, scene) = (.event, nil)
        }
    }

    func fact(of code: ScannedCode?, seq: Int64) -> Fact {
        let state = code.map { $0.state(at: occurredAt) }
        return Fact(
            seq: seq, account: account, kind: kind, occurredAt: occurredAt,
            receivedAt: receivedAt, day: day, dedupeKey: dedupeKey, person: person,
            code: code?.id, codeState: state, source: state == .inEffect ? code?.source : nil,
            payload: nil)
    }
}

/// A code as a scan finds it.
struct ScannedCode: Sendable {
    let id: QRCode.ID
    let startsAt: Timestamp?
    let expiresAt: Timestamp?
    let deletedAt: Timestamp?
    let source: String
    /// The reply items as they are stored.
    let replyJSON: String
    /// The tags as they are stored.
    let tagsJSON: String

    /// Whether a scan at `time` finds the code acting.
    func state(at time: Timestamp) -> Fact.CodeState {
        if let deletedAt, deletedAt <= time { return .deleted }
        if let expiresAt, expiresAt <= time { return .afterEnd }
        if let startsAt, startsAt > time { return .beforeStart }
        return .inEffect
    }

    func tags() throws -> CodeTagIDs { try CodeTagIDs(json: tagsJSON) }

    /// The items to send, decoded only when a reply is due.
    func replyItems() throws -> [ReplyItemToSend] {
        replyJSON == "[]" ? [] : try [ReplyItemToSend].stored.value(of: replyJSON)
    }
}

struct CallbackHealth: Sendable {
    let seenAt: Timestamp
    let skew: Duration?
}
