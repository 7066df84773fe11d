import Matou
import TestWorld

/// What a few people did with a few codes, and the figures counted the slow, obvious way.
struct History {
    let events: [CallbackEvent]

    /// Up to 40 events of 4 people within some minutes, so that many fall into the same second.
    static func random(codes: [String], using chance: inout SeededGenerator) -> History {
        var events: Set<CallbackEvent> = []
        for _ in 0..<Int.random(in: 5...40, using: &chance) {
            let person = ["oMing", "oLin", "oChen", "oWang"][Int.random(in: 0..<4, using: &chance)]
            let scene = codes[Int.random(in: codes.indices, using: &chance)]
            let kind: CallbackEvent.Kind =
                switch Int.random(in: 0..<6, using: &chance) {
                case 0: .subscribe(scene: nil)
                case 1, 2: .subscribe(scene: scene)
                case 3: .unsubscribe
                default: .scan(scene: scene)
                }
            let at = 1_795_233_600 + Int64.random(in: 0..<30, using: &chance)
            events.insert(CallbackEvent(kind, by: person, at: at))
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

    /// The definitions of domain.md, one after the other.
    func recount(scene: String) -> CodeCounts {
        var counts = CodeCounts()
        for (_, events) in Dictionary(grouping: events, by: \.person) {
            let told = events.sorted { $0.order < $1.order }
            let scans = told.filter { $0.scene == scene }
            let follows = told.filter(\.isFollow)
            let turns = told.filter { $0.isFollow || $0.kind == .unsubscribe }
            counts.scans += scans.count
            if follows.first?.scene == scene { counts.newFollowers += 1 }
            guard let first = scans.first else { continue }
            counts.scanners += 1
            if first.isFollow { counts.newScanners += 1 }
            if let last = turns.last, last.kind == .unsubscribe, last.order > first.order {
                counts.unfollowed += 1
            }
        }
        return counts
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
