extension World {
    /// - Parameter name: Chosen for them when absent or blank.
    mutating func addPerson(name: String?, at now: Moment) throws(Refusal) -> Person {
        guard people.count < Person.countMax else {
            throw .conflict("The gateway holds at most \(Person.countMax) people.")
        }
        guard (name ?? "").count <= Person.nameLengthMax else {
            throw .invalid("name", "A name has at most \(Person.nameLengthMax) characters.")
        }
        let number = serial("person")
        let chosen = name.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        let person = Person(
            id: "p\(number)", name: chosen ?? Person.names[(number - 1) % Person.names.count],
            created: now)
        people[person.id] = person
        for appid in accounts.records.keys {
            index.add(openid(of: person.id, at: appid), person.id)
        }
        return person
    }

    /// The newest first. Nobody is ever removed, so their numbers leave no gaps.
    ///
    /// - Parameter number: of a person who is left out, with all newer ones.
    func newestPeople(before number: Int? = nil, max: Int) -> [Person] {
        let end = min(number ?? .max, settings.serials["person", default: 0] + 1)
        guard end > 1 else { return [] }
        return (Swift.max(end - max, 1)..<end).reversed().compactMap { people["p\($0)"] }
    }

    func person(_ id: String) throws(Refusal) -> Person {
        guard let person = people[id] else { throw .missing("There is no person \(id).") }
        return person
    }

    /// 28 characters that begin with `o`; the openids of one account share their first six.
    func openid(of person: String, at appid: String) -> String {
        "o" + seed.text(5, "account", appid) + seed.text(22, "openid", appid, person)
    }

    /// The same for all accounts of one Open Platform account; absent for an account that belongs
    /// to none.
    func unionid(of person: String, at account: OfficialAccount) -> String? {
        account.openPlatform.map { "o" + seed.text(27, "unionid", $0, person) }
    }

    /// What the account knows of the person, who may never have met it.
    func fan(_ person: String, at appid: String) -> Fan {
        let openid = openid(of: person, at: appid)
        return fans[openid] ?? Fan(openid: openid, person: person, appid: appid)
    }

    /// The fan with that openid at the account.
    func fan(openid: String, at appid: String, elseForeign: Errcode = .invalidOpenid)
        throws(Errcode) -> Fan
    {
        guard let person = index.people[openid] else { throw .invalidOpenid }
        let fan = fan(person, at: appid)
        guard fan.openid == openid else { throw elseForeign }
        return fan
    }

    /// Those who follow the account, in the order in which they came.
    func followers(of appid: String) -> [Fan] {
        fans.records.values.filter { $0.appid == appid && $0.isSubscribed }.sorted {
            ($0.subscribed ?? .latest, $0.openid) < ($1.subscribed ?? .latest, $1.openid)
        }
    }
}
