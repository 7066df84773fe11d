import Foundation
import SQL

/// A person under one official account 粉丝, as far as follows, scans and unfollows tell.
struct Follower: Equatable {
    let openid: String
    let createdAt: Timestamp
    var firstFollow: FirstFollow?
    var turn: Turn?

    /// The earliest follow of the account that is known of; or, where that is earlier, what says that there
    /// had been one: only who follows scans without a follow, or leaves.
    struct FirstFollow: Equatable {
        let moment: Moment
        /// Nil of what only says so: nobody knows when the follow was, nor by what code.
        let day: Day?
        let code: QRCode.ID?
    }

    /// The latest follow or unfollow.
    struct Turn: Equatable {
        let isFollow: Bool
        let moment: Moment
        let day: Day
    }

    /// Whether the person has left since `scan` and not come back.
    func hasUnfollowed(since scan: Moment) -> Bool {
        guard let turn else { return false }
        return !turn.isFollow && turn.moment > scan
    }
}

extension Follower {
    /// Puts what stands on days on those of another zone.
    mutating func move(to zone: TimeZone, _ changes: inout CountChanges) {
        if let first = firstFollow, first.day != nil {
            first.count(-1, &changes)
            let moved = FirstFollow(
                moment: first.moment, day: first.moment.at.day(in: zone), code: first.code)
            moved.count(1, &changes)
            firstFollow = moved
        }
        turn = turn.map {
            Turn(isFollow: $0.isFollow, moment: $0.moment, day: $0.moment.at.day(in: zone))
        }
    }

    /// Takes in a follow, a scan or an unfollow, and counts what it changes for the codes of first follows.
    mutating func take(_ fact: Fact, _ changes: inout CountChanges) {
        let first = FirstFollow(fact)
        if firstFollow.map({ first.moment < $0.moment }) ?? true {
            firstFollow?.count(-1, &changes)
            first.count(1, &changes)
            firstFollow = first
        }
        guard fact.kind != .scan else { return }
        if turn.map({ fact.moment > $0.moment }) ?? true {
            turn = Turn(isFollow: fact.kind == .subscribe, moment: fact.moment, day: fact.day)
        }
    }
}

extension Follower.FirstFollow {
    /// What a follow, a scan or an unfollow says of the first follow.
    fileprivate init(_ fact: Fact) {
        let isFollow = fact.kind == .subscribe
        self.init(
            at: fact.occurredAt, key: fact.dedupeKey, day: isFollow ? fact.day : nil,
            code: isFollow ? fact.code : nil)
    }

    /// - Parameter day: nil of what is no follow; all of that has one rank.
    init(at time: Timestamp, key: String, day: Day?, code: QRCode.ID?) {
        let rank = Moment.rank(of: day == nil ? .scan : .subscribe)
        self.init(moment: Moment(at: time, rank: rank, key: key), day: day, code: code)
    }

    /// Counts a new follower of the code more, or less.
    fileprivate func count(_ number: Int, _ changes: inout CountChanges) {
        guard let code, let day else { return }
        changes.change(code, on: day) { $0.newFollowers += number }
    }
}
