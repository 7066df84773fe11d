import Foundation
import Matou
import TestSupport
import TestWorld

/// What a few people did with a few codes, and the figures counted the slow, obvious way.
struct History {
    /// Noon of the last of the three days that things happen on, in Shanghai.
    static let noon: Int64 = 1_795_233_600

    static let people = ["oMing", "oLin", "oChen", "oWang"]

    let events: [CallbackEvent]

    /// Up to 40 events of 4 people within some seconds of three days, so that many fall into the
    /// same second.
    ///
    /// - Parameter suffix: of the names, so that histories can share an account.
    static func random(
        codes: [String], suffix: String = "", using chance: inout SeededGenerator
    ) -> History {
        var events: Set<CallbackEvent> = []
        for _ in 0..<Int.random(in: 5...40, using: &chance) {
            let person = people[Int.random(in: people.indices, using: &chance)]
            let scene = codes[Int.random(in: codes.indices, using: &chance)]
            let kind: CallbackEvent.Kind =
                switch Int.random(in: 0..<6, using: &chance) {
                case 0: .subscribe(scene: nil)
                case 1, 2: .subscribe(scene: scene)
                case 3: .unsubscribe
                default: .scan(scene: scene)
                }
            let day = Int64.random(in: 0...2, using: &chance)
            let second = Int64.random(in: 0..<12, using: &chance)
            events.insert(
                CallbackEvent(kind, by: person + suffix, at: noon - day * 86_400 - second))
        }
        return History(events: Array(events))
    }

    /// Shuffled, some of it several times.
    func deliveries(using chance: inout SeededGenerator) -> [CallbackEvent] {
        var deliveries = events
        for event in events where Bool.random(using: &chance) { deliveries.append(event) }
        deliveries.shuffle(using: &chance)
        return deliveries
    }

    /// The definitions of domain.md, one after the other: for each day, and `nil` for all time.
    ///
    /// - Parameters:
    ///   - day: counts what stands on this day only.
    ///   - items: of the reply to each scan, all of them accepted.
    ///   - refused: the beginning of the openid that no item is accepted for.
    ///   - zone: in which days begin.
    func recount(
        scene: String, day: Day? = nil, items: Int = 0, refused: String = "nobody",
        in zone: String = Workspace.defaultTimeZone
    ) -> CodeCounts {
        func stands(_ event: CallbackEvent) -> Bool {
            day == nil || Self.day(of: event.at, in: zone) == day
        }
        var counts = CodeCounts()
        for (person, events) in Dictionary(grouping: events, by: \.person) {
            let told = events.sorted { $0.order < $1.order }
            let scans = told.filter { $0.scene == scene }
            let turns = told.filter { $0.isFollow || $0.kind == .unsubscribe }
            counts.scans += scans.count(where: stands)
            // Who begins with a scan or an unfollow has followed before.
            if let follow = told.first, follow.isFollow, follow.scene == scene, stands(follow) {
                counts.newFollowers += 1
            }
            guard let first = scans.first else { continue }
            if day == nil, first.isFollow { counts.newScans += scans.count }
            if day == nil, items > 0 {
                if person.hasPrefix(refused) {
                    counts.repliesFailed += items * scans.count
                } else {
                    counts.repliesSent += items * scans.count
                    counts.repliesReceived += 1
                }
            }
            if stands(first) {
                counts.scanners += 1
                if first.isFollow { counts.newScanners += 1 }
            }
            if let last = turns.last, last.kind == .unsubscribe, last.order > first.order,
                stands(last)
            {
                counts.unfollowed += 1
            }
        }
        return counts
    }
}

extension History {
    /// The last of the days.
    static var lastDay: Day { day(of: noon, in: Workspace.defaultTimeZone) }

    private static func day(of seconds: Int64, in zone: String) -> Day {
        Timestamp(seconds: seconds).day(in: TimeZone(identifier: zone) ?? .gmt)
    }
}

extension CallbackEvent {
    fileprivate var isFollow: Bool { if case .subscribe = kind { true } else { false } }

    fileprivate var scene: String? {
        switch kind {
        case .subscribe(let scene): scene
        case .scan(let scene): scene
        case .unsubscribe, .text: nil
        }
    }

    /// By time, then a follow before a scan before an unfollow, then the key.
    fileprivate var order: (Int64, Int, String) {
        switch kind {
        case .subscribe(let scene): (at, 0, scene.map { "qrscene_" + $0 } ?? "")
        case .scan(let scene): (at, 1, scene)
        case .unsubscribe, .text: (at, 2, "")
        }
    }
}
