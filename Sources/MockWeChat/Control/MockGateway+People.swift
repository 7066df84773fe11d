import Foundation
import HTTP

extension MockGateway {
    var peopleRoutes: [Route] {
        [
            control(.post, "/mock/people") { _, json throws(Refusal) in
                let person = try self.people.add(try json.optionalText("name"))
                return ControlAnswer(self.describe(person.person), status: .created)
            },
            control(.get, "/mock/people") { request, _ in self.listPeople(request) },
            control(.get, "/mock/people/{id}") { _, _, id throws(Refusal) in
                ControlAnswer(self.describe(try self.people[id].person))
            },
            control(.get, "/mock/people/{id}/inbox") { request, _, id throws(Refusal) in
                try self.listInbox(of: id, request)
            },
            deed("scan") { world, id, json, now throws(Refusal) in
                let (outcome, callback) = try world.scan(try json.scanned(), by: id, at: now)
                return (callback, outcome.json)
            },
            deed("follow") { world, id, json, now throws(Refusal) in
                (try world.follow(try json.optionalText("account"), by: id, at: now), [:])
            },
            deed("unfollow") { world, id, json, now throws(Refusal) in
                (try world.unfollow(try json.optionalText("account"), by: id, at: now), [:])
            },
            deed("send") { world, id, json, now throws(Refusal) in
                if let item = try json.optionalText("item") {
                    let message = json["message"]?.integer ?? 0
                    let callback = try world.tap(
                        item, of: Int(clamping: message), by: id, at: now)
                    return (callback, [:])
                }
                let text = try json.text("text")
                let account = try json.optionalText("account")
                return (try world.send(text, to: account, by: id, at: now), [:])
            },
        ]
    }

    /// A route for something that a person does. It answers when the callback has been delivered or
    /// given up, unless the body says `"wait": false`.
    private func deed(
        _ name: String,
        _ act:
            @escaping @Sendable (inout World, String, JSON, Moment) throws(Refusal) -> (
                Callback?, JSON
            )
    ) -> Route {
        control(.post, "/mock/people/{id}/\(name)") { _, json, id throws(Refusal) in
            let waits = try json.optionalBool("wait") ?? true
            let (callback, answer) = try self.change { world, now throws(Refusal) in
                try act(&world, id, json, now)
            }
            guard let callback else { return ControlAnswer(answer) }
            let named = answer.adding("account", .string(callback.appid))
                .adding("openid", .string(callback.openid))
            guard waits else {
                self.pushLater(callback)
                return ControlAnswer(named, status: .accepted)
            }
            return ControlAnswer(named.adding("delivery", await self.push(callback).json))
        }
    }

    private func describe(_ person: Person) -> JSON {
        read { world, _ in world.describe(person) }
    }

    /// `limit` people (50 unless told, 1,000 at most) behind the one that `cursor` names.
    private func listPeople(_ request: Request) -> ControlAnswer {
        let limit = min(max(request.query("limit").flatMap { Int($0) } ?? 50, 1), 1000)
        let (data, cursor) = read { world, _ in
            let all = world.people.records.values.sorted { $0.number < $1.number }
            let start = request.query("cursor").flatMap { world.people[$0] }?.number ?? 0
            let page = all.drop { $0.number <= start }.prefix(limit)
            let isLast = page.last == nil || page.last?.number == all.last?.number
            return (page.map(world.describe), isLast ? nil : page.last?.id)
        }
        return ControlAnswer([
            "data": .array(data), "next_cursor": cursor.map(JSON.string) ?? .null,
        ])
    }

    private func listInbox(
        of id: String, _ request: Request
    ) throws(Refusal) -> ControlAnswer {
        let after = request.query("after").flatMap { Int($0) } ?? 0
        let messages = try read { world, _ throws(Refusal) in
            world.inbox(
                of: try world.person(id).id, appid: request.query("account"), after: after,
                includingOwn: request.query("all") == "true")
        }
        return ControlAnswer(["data": .array(messages.map(\.json))])
    }
}

extension World {
    fileprivate func describe(_ person: Person) -> JSON {
        let accounts = accounts.records.values.sorted { $0.appid < $1.appid }
            .map { account -> JSON in
                let fan = fan(person.id, at: account.appid)
                let head: JSON = [
                    "appid": .string(account.appid), "openid": .string(fan.openid),
                ]
                return
                    head
                    .adding("unionid", unionid(of: person.id, at: account).map(JSON.string))
                    .adding("follows", .bool(fan.isSubscribed))
                    .adding("scanned", .bool(fan.pendingTicket != nil))
            }
        return [
            "id": .string(person.id), "name": .string(person.name), "accounts": .array(accounts),
        ]
    }
}

extension Person {
    /// Ids are numbers with a letter in front.
    var number: Int { Int(id.dropFirst()) ?? 0 }
}

extension ScanOutcome {
    var json: JSON {
        switch self {
        case .event: ["outcome": "event"]
        case .card(let appid): ["outcome": "card", "account": .string(appid)]
        case .expired(let appid): ["outcome": "expired", "account": .string(appid)]
        case .unknown: ["outcome": "unknown"]
        }
    }
}

extension JSON {
    /// What a phone's camera reads: `content`, or the code of a PNG or JPEG picture in base64, `image`.
    fileprivate func scanned() throws(Refusal) -> String {
        if let content = try optionalText("content") { return content }
        guard let text = try optionalText("image") else {
            throw .invalid("content", "content is missing; an image may stand in its place.")
        }
        guard let file = Data(base64Encoded: text) else {
            throw .invalid("image", "image must be a PNG or JPEG file in base64.")
        }
        return try PhoneCamera.text(of: Array(file), field: "image")
    }
}
