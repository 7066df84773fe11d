extension MockGateway {
    /// The people with their phones.
    package var people: MockPeople { MockPeople(gateway: self) }
}

package struct MockPeople: Sendable {
    let gateway: MockGateway

    /// - Parameter name: Chosen for them when absent.
    @discardableResult
    package func add(_ name: String? = nil) throws(Refusal) -> MockPerson {
        let person = try gateway.change { world, now throws(Refusal) in
            try world.addPerson(name: name, at: now)
        }
        return MockPerson(gateway: gateway, person: person)
    }

    package subscript(id: String) -> MockPerson {
        get throws(Refusal) {
            let person = try gateway.read { world, _ throws(Refusal) in try world.person(id) }
            return MockPerson(gateway: gateway, person: person)
        }
    }

    package var count: Int {
        gateway.read { world, _ in world.people.count }
    }
}

/// Somebody with a phone, driven from Swift.
///
/// Every deed returns when its callback has been delivered or given up. An account may be left out
/// where only one can be meant.
package struct MockPerson: Sendable {
    let gateway: MockGateway
    package let person: Person

    package var id: String { person.id }
    package var name: String { person.name }

    package func openid(at appid: String) -> String {
        gateway.read { world, _ in world.openid(of: id, at: appid) }
    }

    /// Scans a code by the text inside of it.
    @discardableResult
    package func scan(_ content: String) async throws(Refusal) -> ScanOutcome {
        let (outcome, callback) = try gateway.change { world, now throws(Refusal) in
            try world.scan(content, by: id, at: now)
        }
        if let callback { await gateway.push(callback) }
        return outcome
    }

    @discardableResult
    package func follow(_ appid: String? = nil) async throws(Refusal) -> Delivery {
        try await act { world, now throws(Refusal) in try world.follow(appid, by: id, at: now) }
    }

    @discardableResult
    package func unfollow(_ appid: String? = nil) async throws(Refusal) -> Delivery {
        try await act { world, now throws(Refusal) in try world.unfollow(appid, by: id, at: now) }
    }

    @discardableResult
    package func send(_ text: String, to appid: String? = nil) async throws(Refusal) -> Delivery {
        try await act { world, now throws(Refusal) in
            try world.send(text, to: appid, by: id, at: now)
        }
    }

    /// Taps an item of a menu message in the inbox.
    @discardableResult
    package func tap(_ item: String, of message: Message) async throws(Refusal) -> Delivery {
        try await act { world, now throws(Refusal) in
            try world.tap(item, of: message.id, by: id, at: now)
        }
    }

    /// What the accounts sent, oldest first.
    package func inbox(from appid: String? = nil) -> [Message] {
        gateway.read { world, _ in world.inbox(of: id, appid: appid) }
    }

    private func act(
        _ deed: (inout World, Moment) throws(Refusal) -> Callback
    ) async throws(Refusal) -> Delivery {
        let callback = try gateway.change { world, now throws(Refusal) in try deed(&world, now) }
        return await gateway.push(callback)
    }
}
