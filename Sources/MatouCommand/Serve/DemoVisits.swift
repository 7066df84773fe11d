import Foundation
import Jobs
import Matou
import MockWeChat

/// Some visits on each of the last fourteen days: people of the mock gateway who scan, follow, fill
/// in the form and leave, so that every figure came the way real ones come.
struct DemoVisits: Sendable {
    let installation: Installation
    let mock: RunningServer.Mock
    let appID: String
    let codes: [QRCode]

    /// Who came before and follows still.
    private final class Guests {
        var people: [MockPerson] = []
        /// What was answered, and by whom.
        var cards: [(name: String, mobile: String)] = []
        var answered: Set<String> = []
    }

    func tell() async throws {
        let guests = Guests()
        for day in stride(from: 13, through: 0, by: -1) {
            let count = Int.random(in: 3...7)
            for number in 0..<count {
                let before = day * 86_400 + (count - number) * 3000
                mock.clock.stand(before: .seconds(before))
                guard let code = chosen() else { return }
                try await visit(code, guests)
            }
        }
    }

    /// A code that can be scanned now; the first is the favourite.
    private func chosen() -> QRCode? {
        let now = mock.clock.now()
        let open = codes.filter { $0.made != nil && $0.status(at: now) == .inEffect }
        return Int.random(in: 0..<5) < 2 ? open.first : open.randomElement()
    }

    private func visit(_ code: QRCode, _ guests: Guests) async throws {
        guard let content = code.made?.content else { return }
        let isBack = Int.random(in: 0..<4) == 0
        let person: MockPerson
        if isBack, let known = guests.people.randomElement() {
            person = known
            try await scan(content, of: code, by: person)
        } else {
            person = try mock.gateway.people.add()
            let isFollower = Int.random(in: 0..<5) == 0
            if isFollower { try await person.follow(appID) }
            try await scan(content, of: code, by: person) {
                if !isFollower { try await person.follow(appID) }
            }
            guests.people.append(person)
        }
        if Int.random(in: 0..<5) < 3 { try await fillIn(by: person, guests) }
        if Int.random(in: 0..<10) == 0 {
            pass(.seconds(600))
            try await person.unfollow(appID)
            guests.people.removeAll { $0.id == person.id }
        }
    }

    /// Scans, and lets the reply arrive before the clock moves on: WeChat's minute runs on it.
    private func scan(
        _ content: String, of code: QRCode, by person: MockPerson,
        then follow: () async throws -> Void = {}
    ) async throws {
        let before = replies(to: person)
        try await person.scan(content)
        try await follow()
        await settle {
            replies(to: person) >= before + code.reply.items.count
                && installation.jobs.running == 0
        }
    }

    private func replies(to person: MockPerson) -> Int {
        person.inbox(from: appID).count { $0.origin == .customMessage }
    }

    /// Answers the form that came last, if one came. Now and then it is somebody whom we know by
    /// another openid.
    private func fillIn(by person: MockPerson, _ guests: Guests) async throws {
        guard !guests.answered.contains(person.id) else { return }
        let links = person.inbox(from: appID).compactMap { message -> URLComponents? in
            guard case .news(let articles) = message.content else { return nil }
            return articles.first.flatMap { URLComponents(string: $0.url) }
        }
        guard let link = links.last, link.path.hasPrefix("/f/"),
            let token = link.queryItems?.first(where: { $0.name == "t" })?.value,
            let form = try await installation.forms.find(slug: String(link.path.dropFirst(3)))?.form
        else { return }
        let number = guests.cards.count
        let card =
            number % 5 == 4
            ? guests.cards[number - 3]
            : (name: person.name, mobile: "1380000\(1001 + number * 37)")
        guests.cards.append(card)
        guests.answered.insert(person.id)
        let stamp = try installation.forms.stamp(for: form)
        pass(.seconds(40))
        try await installation.forms.submit(
            FormSheet(
                answers: [
                    "name": [card.name], "mobile": [card.mobile],
                    "interest": [["护肤", "彩妆", "香氛", "礼盒"].randomElement() ?? "护肤"],
                ], token: token, stamp: stamp, trap: "", address: "127.0.0.1"), to: form.slug)
    }

    private func pass(_ time: Duration) {
        mock.clock.stand(before: WallClock.system.now() - mock.clock.now() - time)
    }
}
