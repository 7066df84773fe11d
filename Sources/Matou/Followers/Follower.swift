import Foundation
import SQL

/// A person under one official account 粉丝, as far as follows and unfollows tell.
struct Follower: Equatable {
    let openid: String
    let createdAt: Timestamp
    var firstFollow: FirstFollow?
    var turn: Turn?

    /// The earliest follow of the account ever.
    struct FirstFollow: Equatable {
        let moment: Moment
        let day: Day
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
        if let first = firstFollow {
            let day = first.moment.at.day(in: zone)
            if let code = first.code {
                changes.change(code, on: first.day) { $0.newFollowers -= 1 }
                changes.change(code, on: day) { $0.newFollowers += 1 }
            }
            firstFollow = FirstFollow(moment: first.moment, day: day, code: first.code)
        }
        turn = turn.map {
            Turn(isFollow: $0.isFollow, moment: $0.moment, day: $0.moment.at.day(in: zone))
        }
    }

    /// Takes in a follow or an unfollow, and counts what it changes for the codes of first follows.
    mutating func take(_ fact: Fact, _ changes: inout CountChanges) {
        let isFollow = fact.kind == .subscribe
        if isFollow, firstFollow.map({ fact.moment < $0.moment }) ?? true {
            if let old = firstFollow, let code = old.code {
                changes.change(code, on: old.day) { $0.newFollowers -= 1 }
            }
            firstFollow = FirstFollow(moment: fact.moment, day: fact.day, code: fact.code)
            if let code = fact.code {
                changes.change(code, on: fact.day) { $0.newFollowers += 1 }
            }
        }
        if turn.map({ fact.moment > $0.moment }) ?? true {
            turn = Turn(isFollow: isFollow, moment: fact.moment, day: fact.day)
        }
    }
}
