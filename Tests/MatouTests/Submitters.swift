import Matou
import SQL
import TestSupport
import TestWorld

/// What the people of a history do besides scanning: they send a form with mobile numbers that some of
/// them share, which makes them one contact, and a member parts some of them again.
struct Submitters {
    private let form: Form
    private let people: [String]
    private let mobiles: [String]
    private var submissions: Int64 = 0
    /// Who gave which number.
    private var given: [String: Set<String>] = [:]
    private var hasParted = false

    init(of seed: UInt64, _ workshop: Workshop) async throws {
        form = try await workshop.form()
        people = History.people.map { "\($0)-\(seed)" }
        mobiles = (0..<2).map { String(13_800_000_000 + seed * 2 + $0) }
    }

    /// Somebody sends the form, or a member undoes a merge.
    mutating func act(_ workshop: Workshop, using chance: inout SeededGenerator) async throws {
        let person = people[Int.random(in: people.indices, using: &chance)]
        if Int.random(in: 0..<3, using: &chance) == 0 {
            let merges = try await workshop.merges(of: person).filter { $0.undoneAt == nil }
            guard let merge = merges.randomElement(using: &chance) else { return }
            try await workshop.installation.contacts.undo(merge.id, by: workshop.owner)
            hasParted = true
        } else {
            let mobile = mobiles[Int.random(in: mobiles.indices, using: &chance)]
            // Each link is another scan's, so that nobody's is passed on.
            submissions += 1
            try await workshop.submit(form, mobile: mobile, by: person, after: submissions)
            given[person, default: []].insert(mobile)
        }
    }

    /// Who gave one number is one contact, unless a member has parted somebody.
    func areOneByTheirNumbers(_ workshop: Workshop) async throws -> Bool {
        if hasParted { return true }
        for mobile in mobiles {
            var heads: Set<Contact.ID> = []
            for (person, own) in given where own.contains(mobile) {
                heads.insert(try await workshop.head(of: person))
            }
            if heads.count > 1 { return false }
        }
        return true
    }
}

extension Workshop {
    private func contactID(_ openid: String) -> Contact.ID {
        Contact.ID(FollowerKey(account: account.id, openid: openid))
    }

    fileprivate func head(of openid: String) async throws -> Contact.ID {
        let id = contactID(openid)
        let row = try await database.read {
            try $0.row("SELECT head FROM contacts WHERE id = \(id)")
        }
        return try row?.get("head") ?? id
    }

    fileprivate func merges(of openid: String) async throws -> [ContactMerge] {
        // One who was never heard of but by a form has no page.
        guard let contact = try? await contact(openid) else { return [] }
        return try await installation.contacts.merges(of: contact, for: owner)
    }

    /// The head of each contact that has a row, as it is kept.
    func heads() async throws -> [Contact.ID: Contact.ID] {
        let rows = try await database.read { try $0.rows("SELECT id, head FROM contacts") }
        return Dictionary(
            uniqueKeysWithValues: try rows.map { (try $0.get("id"), try $0.get("head")) })
    }

    /// The same counted anew: the least of those whom merges that are not undone connect.
    func recountedHeads() async throws -> [Contact.ID: Contact.ID] {
        let (contacts, merges) = try await database.read { connection in
            (
                try connection.rows("SELECT id FROM contacts").map {
                    try $0.get("id", as: Contact.ID.self)
                },
                try connection.rows(
                    "SELECT one, other FROM contact_merges WHERE undone_at IS NULL"
                ).map {
                    (
                        try $0.get("one", as: Contact.ID.self),
                        try $0.get("other", as: Contact.ID.self)
                    )
                }
            )
        }
        var heads = Dictionary(uniqueKeysWithValues: contacts.map { ($0, $0) })
        var isSettled = false
        while !isSettled {
            isSettled = true
            for (one, other) in merges {
                guard let left = heads[one], let right = heads[other], left != right else {
                    continue
                }
                let least = left.text < right.text ? left : right
                (heads[one], heads[other]) = (least, least)
                isSettled = false
            }
        }
        return heads
    }

    /// How many people the members of an audience are by now.
    func recountedPeople(of audience: Audience.ID) async throws -> Int {
        let heads = try await recountedHeads()
        let members: [Contact.ID] = try await database.read { connection in
            try connection.rows(
                "SELECT contact_id FROM audience_members WHERE audience_id = \(audience)"
            ).map { try $0.get("contact_id") }
        }
        return Set(members.map { heads[$0] ?? $0 }).count
    }
}
