import Foundation
import SQL
import WeChat

/// An official-account code that carries a scene 带参二维码.
package struct QRCode: Sendable, Equatable, Identified, Versioned {
    package typealias ID = Identifier<QRCode>
    package static let idPrefix = "qr"
    package static let nameLimit = 100
    package static let sourceLimit = 60
    /// WeChat's longest life of a temporary code, 30 days, and the shortest that makes sense to us.
    package static let lifetimeSeconds = 60...CodeLifetime.secondsMax

    package let id: ID
    package let account: Account.ID
    package let name: String
    package let group: CodeGroup?
    package let kind: Kind
    /// Source channel 来源渠道; may be empty.
    package let source: String
    package let startsAt: Timestamp?
    package let reply: Reply
    package let design: CodeDesign
    /// What who scans it is tagged with.
    package let tags: CodeTags
    /// The parameter inside the code, by which an event finds it.
    package let scene: String
    /// The last part of its public page's address, `/c/…`.
    package let slug: String
    package let making: Making
    package let createdBy: String
    package let createdAt: Timestamp
    package let updatedBy: String
    package let updatedAt: Timestamp
    package let version: Int
    package let deletedAt: Timestamp?
    package let deletedBy: String?

    package enum Kind: Sendable, Equatable {
        case temporary(lifetimeSeconds: Int)
        case permanent

        package var name: Name {
            switch self {
            case .temporary: .temporary
            case .permanent: .permanent
            }
        }

        /// The kind without its life.
        package enum Name: String, Sendable, Codable, CaseIterable, ValueConvertible {
            case temporary, permanent
        }
    }

    /// How far WeChat is with it.
    package enum Making: Sendable, Equatable {
        /// WeChat has not answered yet.
        case waiting
        case made(Made)
        /// WeChat said no, or could not be asked; a retry asks again with the same scene.
        case failed(WeChatFault)
    }

    /// What WeChat gave.
    package struct Made: Sendable, Equatable {
        package let ticket: String
        /// The text in the picture.
        package let content: String
        package let at: Timestamp
        /// The end of a temporary code's life, counted from the making.
        package let expiresAt: Timestamp?
    }

    /// The state a marketer sees (domain.md, States).
    package enum Status: String, Sendable, CaseIterable, Codable {
        case notInEffect = "not_in_effect"
        case inEffect = "in_effect"
        case expired
        case creationFailed = "creation_failed"
    }

    package func status(at time: Timestamp) -> Status {
        switch making {
        case .failed: .creationFailed
        case .waiting: .notInEffect
        case .made(let made):
            if let end = made.expiresAt, end <= time {
                .expired
            } else if let startsAt, startsAt > time {
                .notInEffect
            } else {
                .inEffect
            }
        }
    }

    package var made: Made? {
        if case .made(let made) = making { made } else { nil }
    }
}

extension QRCode {
    /// What a form or the API says of a code. At a change, account and kind stay as they are.
    package struct Draft: Sendable, Equatable {
        package var name = ""
        package var kind = Kind.Name.temporary
        /// Temporary codes only; nil means the longest.
        package var lifetimeSeconds: Int?
        package var source = ""
        /// A group by name: the one there is, or a new one. Empty for none.
        package var group = ""
        package var startsAt: Timestamp?
        /// Contact tags and follower tags by name: those there are, or new ones.
        package var contactTags: [String] = []
        package var followerTags: [String] = []
        package var reply: [ReplyItem] = []
        /// Nil leaves the looks as they are; a new code then has those of its account.
        package var design: CodeDesign?
        /// What could not be read of the form or the body: the check refuses it with its own faults.
        package var faults: [FieldFault] = []

        package init() {}
    }
}

extension QRCode.Draft {
    /// The draft trimmed, and with the life of a temporary code, once every field can be taken.
    ///
    /// - Parameters:
    ///   - present: the code that is changed. It may keep a start that has passed.
    ///   - keepsStart: whether any start may stand, as an earlier version has it.
    ///   - references: what the reply names, as far as it is there.
    /// - Throws: `Refusal.invalid` with all faults at once.
    func checked(
        changing present: QRCode? = nil, keepsStart: Bool = false,
        references: ReplyReferences = ReplyReferences(), at now: Timestamp
    ) throws(Refusal) -> Self {
        var faults = FieldFaults(faults)
        var draft = self
        draft.name = faults.line("name", name, limit: QRCode.nameLimit)
        draft.source = faults.line("source", source, limit: QRCode.sourceLimit, required: false)
        draft.group = faults.groupName("group", group, required: false)
        draft.contactTags = faults.tags(
            "contact_tags", contactTags, limit: ContactTag.perCodeMax, check: ContactTag.fault)
        draft.followerTags = faults.tags(
            "follower_tags", followerTags, limit: FollowerTag.perFollowerMax,
            check: FollowerTag.fault)
        draft.reply = reply.checked(references, &faults)

        let kind = checkedKind(changing: present?.kind, &faults)
        draft.lifetimeSeconds = kind.lifetimeSeconds
        if !keepsStart, startsAt != present?.startsAt {
            checkStart(of: kind, present, &faults, at: now)
        }
        try faults.check()
        return draft
    }

    private func checkStart(
        of kind: QRCode.Kind, _ present: QRCode?, _ faults: inout FieldFaults, at now: Timestamp
    ) {
        guard let startsAt else { return }
        // A form tells minutes: the one that it was sent in has not passed.
        if startsAt + .seconds(60) <= now { faults.add("starts_at", .inThePast) }
        let end = present?.made?.expiresAt ?? kind.lifetimeSeconds.map { now + .seconds($0) }
        if let end, startsAt >= end { faults.add("starts_at", .afterTheEnd) }
    }

    private func checkedKind(
        changing present: QRCode.Kind?, _ faults: inout FieldFaults
    ) -> QRCode.Kind {
        if let present, present.name != kind {
            faults.add("type", .immutable)
            return present
        }
        if kind == .permanent {
            if lifetimeSeconds != nil {
                faults.add("lifetime_seconds", present == nil ? .notWith("type") : .immutable)
            }
            return .permanent
        }
        let bounds = QRCode.lifetimeSeconds
        let temporary = QRCode.Kind.temporary(
            lifetimeSeconds: lifetimeSeconds ?? bounds.upperBound)
        if let present, present != temporary {
            faults.add("lifetime_seconds", .immutable)
        } else if let lifetimeSeconds, !bounds.contains(lifetimeSeconds) {
            faults.add(
                "lifetime_seconds",
                .outOfRange(lower: bounds.lowerBound, upper: bounds.upperBound))
        }
        return temporary
    }

    /// The configuration of a code for a new one: under the name with `_copy`, and without a start
    /// that has passed.
    package init(copying code: QRCode, at now: Timestamp) {
        self.init(code)
        let suffix = "_copy"
        name = name.prefix(QRCode.nameLimit - suffix.count) + suffix
        if let start = startsAt, start <= now { startsAt = nil }
    }

    /// The configuration of a code as a draft to change.
    package init(_ code: QRCode) {
        name = code.name
        kind = code.kind.name
        if case .temporary(let seconds) = code.kind { lifetimeSeconds = seconds }
        source = code.source
        group = code.group?.name ?? ""
        startsAt = code.startsAt
        contactTags = code.tags.contact.map(\.name)
        followerTags = code.tags.follower.map(\.name)
        reply = code.reply.items
        design = code.design
    }
}

/// A draft as a version keeps it: everything that a person may change of a code, and no fault.
extension QRCode.Draft: Codable {
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, kind, source, group, reply, design
        case lifetimeSeconds = "lifetime_seconds"
        case startsAt = "starts_at"
        case contactTags = "contact_tags"
        case followerTags = "follower_tags"
    }

    /// Reads a version of any age: what it does not know yet is as in a new code.
    package init(snapshot json: String) throws {
        let known = try members(of: Data(json.utf8))
        let whole = try members(of: JSONEncoder().encode(QRCode.Draft()))
            .merging(known) { _, kept in kept }
        self = try JSONDecoder().decode(
            QRCode.Draft.self, from: JSONSerialization.data(withJSONObject: whole))
    }
}

private func members(of json: Data) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
}
