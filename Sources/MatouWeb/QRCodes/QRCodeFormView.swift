import Foundation
import Matou

/// The form of a new or changed code, as its template shows it.
struct QRCodeFormView: Sendable {
    let problem: Notice?
    let version: String?
    let form: Fields
    let preview: Preview
    /// Changing only: whose form it is.
    let code: CodeName?
    /// After a collision only: what is there now beside what was typed.
    let differences: Differences?
    /// Copying only: `复制自 …`.
    let copiedFrom: String?
    let copyOf: String?

    struct CodeName: Sendable {
        let path: String
        let name: String
    }

    struct Differences: Sendable { let list: [FieldDifference] }

    struct Fields: Sendable {
        let account: AccountField?
        var name: TextField?
        let type: TypeField?
        let fixedType: FixedType?
        let lifetime: LifetimeField?
        let source: SuggestedField
        let group: SuggestedField
        let starts_at: TimeField
        let follower_tags: TagField
        let contact_tags: TagField
        let reply: ReplyField
    }

    struct AccountField: Sendable {
        let id: String
        let initial: String
        let name: String
        let chip: Chip?
        let help: String
    }

    struct TextField: Sendable {
        let id = "name"
        let value: String
        let error: String?
        let count: Int
        let max = QRCode.nameLimit
        let isOver: Bool
    }

    struct TypeField: Sendable {
        let choices: [Choice]
        let error: String?
    }

    struct FixedType: Sendable { let text: String }

    struct LifetimeField: Sendable {
        let id = "lifetime"
        let value: String
        let units: [Choice]
        let error: String?
    }

    struct SuggestedField: Sendable {
        let id: String
        let value: String
        let error: String?
        let suggestions: [String]
    }

    struct TimeField: Sendable {
        let id = "starts_at"
        let value: String
        let error: String?
        let zone: String
    }

    struct ReplyField: Sendable {
        let choices: [Choice]
        let error: String?
        let editor: ReplyEditor
    }

    struct Preview: Sendable {
        let account: String
        let initial: String
        let items: [ReplyBubble]
    }
}

extension QRCodeFormView {
    init(
        _ form: QRCodeForm, faults: [FieldFault] = [], problem: Notice? = nil,
        _ context: QRCodeFormContext
    ) {
        let wording = context.wording
        let errors = FaultTexts(faults, wording)
        self.problem =
            problem
            ?? (faults.isEmpty
                ? nil : Notice(.bad, wording("common.problem", ["count": String(faults.count)])))
        version = (form.version ?? context.present?.version).map(String.init)
        code = context.present.map { CodeName(path: $0.path, name: $0.name) }
        differences =
            context.differences.isEmpty ? nil : Differences(list: context.differences)
        copiedFrom = context.copiedFrom.map { wording("qr-codes.copied-from", ["name": $0]) }
        copyOf = form.copyOf.isEmpty ? nil : form.copyOf
        self.form = Fields(form, errors, context)
        preview = Preview(form, context.account, context.references, wording)
    }
}

extension QRCodeFormView.Fields {
    /// The form of many codes, whose names come from elsewhere.
    var withoutName: Self {
        var fields = self
        fields.name = nil
        return fields
    }

    fileprivate init(_ form: QRCodeForm, _ errors: FaultTexts, _ context: QRCodeFormContext) {
        let wording = context.wording
        let account = context.account
        self.account = QRCodeFormView.AccountField(
            id: account.id.text, initial: account.initial, name: account.name,
            chip: account.isVerified ? Chip(wording("accounts.verification.yes"), .good) : nil,
            help: wording(
                context.copiedFrom == nil
                    ? "qr-codes.account-help" : "qr-codes.account-of-copy"))
        name = QRCodeFormView.TextField(
            value: form.name, error: errors["name"], count: form.name.count,
            isOver: form.name.count > QRCode.nameLimit)
        if let present = context.present {
            type = nil
            lifetime = nil
            fixedType = QRCodeFormView.FixedType(
                text: present.typeText(wording, now: context.now))
        } else {
            fixedType = nil
            type = QRCodeFormView.TypeField(
                choices: QRCode.Kind.Name.allCases.map { kind in
                    Choice(
                        kind.rawValue, wording("qr-codes.type.\(kind.rawValue)"),
                        help: wording(
                            "qr-codes.type.\(kind.rawValue)-help",
                            ["used": wording.number(context.permanentUsed)]),
                        isSelected: form.type == kind)
                }, error: errors["type"])
            lifetime = QRCodeFormView.LifetimeField(
                value: form.lifetime.number, units: form.lifetime.units(wording),
                error: errors["lifetime_seconds"])
        }
        source = QRCodeFormView.SuggestedField(
            id: "source", value: form.source, error: errors["source"],
            suggestions: context.sources)
        group = QRCodeFormView.SuggestedField(
            id: "group", value: form.group, error: errors["group"],
            suggestions: context.groups.map(\.name))
        starts_at = QRCodeFormView.TimeField(
            value: form.startsAt, error: errors["starts_at"], zone: wording.zone.identifier)
        follower_tags = TagField(
            "follower_tags", form.followerTags, of: context.tags.follower, errors)
        contact_tags = TagField(
            "contact_tags", form.contactTags, of: context.tags.contact, errors)
        reply = QRCodeFormView.ReplyField(form, errors, context)
    }
}

extension QRCodeFormView.ReplyField {
    fileprivate init(
        _ form: QRCodeForm, _ errors: FaultTexts, _ context: QRCodeFormContext
    ) {
        let wording = context.wording
        choices = [
            Choice(
                "none", wording("qr-codes.reply.none"), help: wording("qr-codes.reply.none-help"),
                isSelected: !form.repliesAreOn),
            Choice(
                "some", wording("qr-codes.reply.some"), help: wording("qr-codes.reply.some-help"),
                isSelected: form.repliesAreOn),
        ]
        error = errors["reply"].map { _ in wording("qr-codes.invalid.no-items") }
        editor = ReplyEditor(
            form.items, context.offer, errors, uploadErrors: context.uploadErrors, wording)
    }
}

extension QRCodeFormView.Preview {
    init(
        _ form: QRCodeForm, _ account: Account, _ references: ReplyReferences, _ wording: Wording
    ) {
        self.account = account.name
        initial = account.initial
        guard form.repliesAreOn else {
            items = []
            return
        }
        let filled = form.items.filter { !$0.isEmpty }
        // A text that nobody has written yet is a reply still.
        items =
            filled.isEmpty
            ? [ReplyBubble(missing: wording("replies.format.text"))]
            : filled.map { ReplyBubble($0.item, references, wording) }
    }
}

extension Account {
    /// What stands in its round mark.
    var initial: String { String(name.prefix(1)) }
}
