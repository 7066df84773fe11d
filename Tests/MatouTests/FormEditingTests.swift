import Matou
import TestWorld
import Testing

@Suite struct `A form that is edited` {
    @Test func `what a code sends cannot be deleted, and what was deleted comes back`()
        async throws
    {
        let workshop = try await Workshop()
        let forms = workshop.installation.forms
        let form = try await workshop.form()
        let code = try await workshop.code(named: "静安门店", reply: [.form(form.id)])
        await #expect(throws: Refusal.conflict(.formInUse)) {
            try await forms.delete(form.id, by: workshop.owner)
        }
        #expect(
            try await forms.uses(of: form.id, for: workshop.owner).elements.map(\.name) == ["静安门店"])
        try await workshop.installation.qrCodes.delete(code.id, by: workshop.owner)
        try await workshop.submit(form, mobile: "13812345678")
        try await forms.delete(form.id, by: workshop.owner)
        #expect(try await forms.page(for: workshop.owner).elements.isEmpty)
        #expect(try await forms.deletedPage(for: workshop.owner).elements.map(\.id) == [form.id])
        #expect(try await forms.find(slug: form.slug) == nil)
        #expect(try await workshop.submissions(of: form).count == 1)

        let restored = try await forms.restore(form.id, by: workshop.owner)
        #expect(restored.slug == form.slug && restored.version == 3)
        await #expect(throws: Refusal.conflict(.formNotDeleted)) {
            try await forms.restore(form.id, by: workshop.owner)
        }
    }

    @Test func `goes back to any of its versions, and is found by its title`() async throws {
        let workshop = try await Workshop()
        let forms = workshop.installation.forms
        let form = try await workshop.form()
        var draft = Form.Draft(form)
        draft.title = "VIP 登记"
        draft.fields[0].label = "怎么称呼"
        let changed = try await forms.change(form.id, to: draft, by: workshop.owner)
        #expect(try await forms.change(form.id, to: draft, by: workshop.owner) == changed)
        #expect(try await forms.page(titled: "vip", for: workshop.owner).elements == [changed])
        #expect(try await forms.page(titled: "会员", for: workshop.owner).elements.isEmpty)
        let back = try await forms.goBack(form.id, to: 1, by: workshop.owner)
        #expect(Form.Draft(back) == Form.Draft(form) && back.version == 3)
        let revisions = try await workshop.installation.revisions.page(
            of: form.id, for: workshop.owner)
        #expect(revisions.elements.map(\.action) == [.undone, .changed, .created])
    }

    @Test func `a form needs exactly one key, a mobile number or an e-mail`() async throws {
        let workshop = try await Workshop()
        var draft = Form.Draft()
        draft.title = "x"
        draft.fields = [Form.Field(id: "a", kind: .text, label: "a")]
        await #expect(throws: Refusal.invalid("fields", .required)) {
            try await workshop.installation.forms.create(draft, by: workshop.owner)
        }
        draft.fields[0].role = .key
        await #expect(throws: Refusal.invalid("fields.0.role", .notWith("kind"))) {
            try await workshop.installation.forms.create(draft, by: workshop.owner)
        }
    }
}
