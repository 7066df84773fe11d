import Matou

/// The form that an audience is made with, as its template shows it.
struct AudienceBuilderView: Sendable {
    let problem: Notice?
    let name: FormField
    let joins: [Choice]
    let groups: [Group]
    let groupCount: Int
    let mayAddGroup: Bool
    let offers: [Offer]
    let summary: Summary

    /// Who would be in it, and how many.
    struct Summary: Sendable {
        var sentence = ""
        var count = ""
    }

    /// The names that one field suggests.
    struct Offer: Sendable {
        let id: String
        let names: [String]

        init(field: AudienceBuilder.Field, names: [String]) {
            id = "offer-\(field.rawValue)"
            self.names = names
        }
    }

    struct Group: Sendable {
        let number: Int
        let joins: [Choice]
        let lines: [Line]
        let mayAddLine: Bool
        let mayRemove: Bool
    }

    struct Line: Sendable {
        /// From 0, as a tick says which line it is of.
        let row: Int
        let number: Int
        let isNot: Bool
        let kinds: [Choice]
        let fields: [Field]
        let error: String?
    }

    struct Field: Sendable {
        let name: String
        let label: String
        let value: String
        let offer: String?
        let isTime: Bool
    }

    init(
        _ builder: AudienceBuilder, offers: [Offer], summary: Summary?, faults: [FieldFault],
        _ wording: Wording
    ) {
        let errors = FaultTexts(faults, wording, form: "audiences")
        problem =
            errors["condition"].map { _ in Notice(.bad, wording("audiences.no-condition")) }
            ?? Notice(
                faults: faults,
                detail: faults.first { $0.field.hasPrefix("condition.") }.flatMap {
                    errors[$0.field]
                }, wording)
        name = FormField("name", builder.name, errors)
        joins = Self.joins(builder.joinsAll, wording)
        let offered = Set(offers.map(\.id))
        groups = builder.groups.enumerated().map { index, group in
            Group(
                number: index + 1, joins: Self.joins(group.joinsAll, wording),
                lines: group.lines.enumerated().map { row, line in
                    let place = "line_\(index + 1)_\(row)"
                    return Line(
                        line, row: row, offered: offered,
                        error: Self.error(at: place, faults, wording) ?? errors[place], wording)
                }, mayAddLine: group.lines.count < AudienceBuilder.linesMax,
                mayRemove: builder.groups.count > 1)
        }
        groupCount = builder.groups.count
        mayAddGroup = builder.groups.count < AudienceBuilder.groupsMax
        self.offers = offers
        self.summary = summary ?? Summary()
    }

    /// Why the name in a line leads to nothing, or to several.
    private static func error(
        at place: String, _ faults: [FieldFault], _ wording: Wording
    ) -> String? {
        switch faults.first(where: { $0.field == place })?.code {
        case .unknown: wording("audiences.unknown-name")
        case .notOneOf(let choices):
            wording("audiences.several", ["choices": choices.joined(separator: "; ")])
        default: nil
        }
    }

    private static func joins(_ all: Bool, _ wording: Wording) -> [Choice] {
        [
            Choice("all", wording("audiences.join.all"), isSelected: all),
            Choice("any", wording("audiences.join.any"), isSelected: !all),
        ]
    }
}

extension AudienceBuilderView.Line {
    fileprivate init(
        _ line: AudienceBuilder.Line, row: Int, offered: Set<String>, error: String?,
        _ wording: Wording
    ) {
        self.row = row
        number = row + 1
        isNot = line.isNot
        kinds = AudienceBuilder.Kind.allCases.map {
            Choice(
                $0.rawValue, wording("audiences.kind.\($0.rawValue)"),
                isSelected: $0.rawValue == line.kind)
        }
        fields = AudienceBuilder.Field.allCases.map { field in
            let offer = "offer-\(field.rawValue)"
            return AudienceBuilderView.Field(
                name: field.rawValue, label: wording("audiences.field.\(field.rawValue)"),
                value: line.text(field), offer: offered.contains(offer) ? offer : nil,
                isTime: field == .from || field == .to)
        }
        self.error = error
    }
}
