/// Tags by name, as codes of several accounts are given them: each account has follower tags of its
/// own.
package struct CodeTagChange: Sendable, Equatable {
    package struct Names: Sendable, Equatable {
        package var contact: [String] = []
        package var follower: [String] = []

        package init(contact: [String] = [], follower: [String] = []) {
            self.contact = contact
            self.follower = follower
        }

        var isEmpty: Bool { contact.isEmpty && follower.isEmpty }
    }

    package var added: Names
    package var removed: Names

    package init(added: Names = Names(), removed: Names = Names()) {
        self.added = added
        self.removed = removed
    }

    func checked() throws(Refusal) -> CodeTagChange {
        var faults = FieldFaults()
        let checked = CodeTagChange(
            added: Self.checked(added, "add", &faults),
            removed: Self.checked(removed, "remove", &faults))
        try faults.check()
        if added.isEmpty, removed.isEmpty { throw .invalid("add_contact_tags", .required) }
        return checked
    }

    private static func checked(
        _ names: Names, _ verb: String, _ faults: inout FieldFaults
    ) -> Names {
        Names(
            contact: faults.tags(
                "\(verb)_contact_tags", names.contact, limit: ContactTag.perCodeMax,
                check: ContactTag.fault),
            follower: faults.tags(
                "\(verb)_follower_tags", names.follower, limit: FollowerTag.perFollowerMax,
                check: FollowerTag.fault))
    }

    func applied(to draft: QRCode.Draft) -> QRCode.Draft {
        var draft = draft
        draft.contactTags = Self.names(draft.contactTags, added.contact, removed.contact)
        draft.followerTags = Self.names(draft.followerTags, added.follower, removed.follower)
        return draft
    }

    private static func names(
        _ present: [String], _ added: [String], _ removed: [String]
    ) -> [String] {
        let gone = Set(removed.map { $0.folded() })
        let kept = present.filter { !gone.contains($0.folded()) }
        let known = Set(kept.map { $0.folded() })
        return kept + added.filter { !known.contains($0.folded()) }
    }
}
