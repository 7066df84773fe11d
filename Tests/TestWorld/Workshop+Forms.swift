package import Matou

/// Contacts and forms.
extension Workshop {
    package func contact(_ openid: String) async throws -> Contact {
        try await installation.contacts.find(
            Contact.ID(FollowerKey(account: account.id, openid: openid)), for: owner)
    }

    package func form() async throws -> Form {
        var draft = Form.Draft()
        draft.title = "会员登记"
        draft.fields = [
            Form.Field(id: "name", kind: .text, label: "姓名", role: .name),
            Form.Field(id: "mobile", kind: .mobile, label: "手机号", role: .key),
        ]
        return try await installation.forms.create(draft, by: owner)
    }

    /// Sends the form with the link that a reply to `scan` carried; anonymously without `openid`.
    package func submit(
        _ form: Form, mobile: String, name: String = "", by openid: String? = nil,
        after scan: Int64 = 1, stamp: String? = nil
    ) async throws {
        try await submit(
            form, mobile: mobile, name: name,
            from: openid.map { FollowerKey(account: account.id, openid: $0) }, after: scan,
            stamp: stamp)
    }

    /// The same for a follower of any account.
    package func submit(
        _ form: Form, mobile: String, name: String = "", from follower: FollowerKey?,
        after scan: Int64 = 1, stamp: String? = nil
    ) async throws {
        var token: String?
        if let follower {
            let link = try await installation.forms.link(
                to: form.id, for: follower, after: scan, of: nil, in: owner.workspace)
            token = link.flatMap(Self.token)
        }
        let stamp = try stamp ?? installation.forms.stamp(for: form)
        clock.advance(by: .seconds(3))
        try await installation.forms.submit(
            FormSheet(
                answers: ["mobile": [mobile], "name": [name]], token: token, stamp: stamp,
                trap: "", address: "203.0.113.\(scan % 200)"),
            to: form.slug)
    }

    /// What a form's link carries of whom it was sent to.
    package static func token(of link: String) -> String? {
        link.split(separator: "=", maxSplits: 1).dropFirst().first.map(String.init)
    }

    package func submissions(of form: Form) async throws -> [FormSubmission] {
        try await installation.forms.submissions(of: form.id, for: owner).elements
    }

    /// Lets people follow by the scan of a code.
    package func follow(_ people: String...) async throws {
        let code = try await code(named: "关注")
        for person in people {
            try await deliver(
                .init(.subscribe(scene: code.scene), by: person, at: clock.now.seconds))
        }
    }
}
