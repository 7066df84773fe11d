import Foundation
import HTTP
import Matou

/// The form that an audience is made with, as it was typed: groups of lines, the lines of each joined
/// by and or or, and the groups joined likewise. A line may be turned round by not, and is left out
/// while it asks nothing.
struct AudienceBuilder: Sendable {
    static let groupsMax = 5
    static let linesMax = 6

    var name = ""
    var joinsAll = true
    var groups = [Group()]

    struct Group: Sendable {
        var joinsAll = true
        var lines = [Line()]
    }

    struct Line: Sendable {
        var isNot = false
        var kind = ""
        /// What was typed, by the fields of all kinds: another kind finds its own again.
        var values: [Field: String] = [:]

        func text(_ field: Field) -> String { values[field] ?? "" }
    }

    /// What a line can ask, in the order of its choice.
    enum Kind: String, CaseIterable {
        case tag
        case followerTag = "follower_tag"
        case source, code, scanned, replied, form, answer, following, left

        var hasTimes: Bool { self == .code || self == .scanned || self == .replied }
    }

    enum Field: String, CaseIterable {
        case tag
        case followerTag = "follower_tag"
        case source, code, form, question, answer, from, to
    }

    /// What a button of the form asks beside making the audience.
    enum Edit: Equatable {
        /// A line or group came or went.
        case changed
        /// Count who would be in it.
        case count
    }

    init() {}

    init(_ sent: Form) {
        name = sent.first("name") ?? ""
        joinsAll = sent.first("join") != "any"
        let count = sent.first("groups").flatMap(Int.init) ?? 1
        groups = (1...min(max(count, 1), Self.groupsMax)).map { number in
            let kinds = sent.all("kind_\(number)")
            let columns = Field.allCases.map { ($0, sent.all("\($0.rawValue)_\(number)")) }
            let nots = Set(sent.all("not_\(number)"))
            let rows = min(max(kinds.count, 1), Self.linesMax)
            return Group(
                joinsAll: sent.first("join_\(number)") != "any",
                lines: (0..<rows).map { row in
                    var line = Line(
                        isNot: nots.contains(String(row)),
                        kind: kinds.indices.contains(row) ? kinds[row] : "")
                    for (field, cells) in columns where cells.indices.contains(row) {
                        line.values[field] = cells[row].trimmingWhitespace()
                    }
                    return line
                })
        }
    }

    /// Does what the button `edit` asks: `count`, `add-group`, `remove-group-2`, `add-line-1`,
    /// `remove-line-1-3`, numbered from 1.
    ///
    /// - Returns: nil when the audience is to be made.
    mutating func edit(as sent: Form) -> Edit? {
        guard let button = sent.first("edit") else { return nil }
        if button == "count" { return .count }
        let parts = button.split(separator: "-")
        let places = parts.dropFirst(2).compactMap { Int($0).map { $0 - 1 } }
        let isKnown = places.first.map(groups.indices.contains) ?? false
        switch parts.prefix(2).joined(separator: "-") {
        case "add-group" where groups.count < Self.groupsMax: groups.append(Group())
        case "remove-group" where isKnown && groups.count > 1: groups.remove(at: places[0])
        case "add-line" where isKnown && groups[places[0]].lines.count < Self.linesMax:
            groups[places[0]].lines.append(Line())
        case "remove-line" where isKnown && places.count == 2:
            guard groups[places[0]].lines.indices.contains(places[1]) else { break }
            groups[places[0]].lines.remove(at: places[1])
            if groups[places[0]].lines.isEmpty { groups[places[0]].lines = [Line()] }
        default: break
        }
        return .changed
    }
}

/// What the names of the lines lead to.
struct AudienceReferences: Sendable {
    let ids: [AudienceTerm: String]
    /// Where several are so called: what to write to mean one of them.
    let several: [AudienceTerm: [String]]
    /// The forms that answers are asked of.
    let forms: [Matou.Form.ID: Matou.Form]
    let zone: TimeZone
}

extension AudienceBuilder {
    /// What stands between a form and its field in the name of a question.
    static let questionMark = " › "

    /// Everything that the lines name.
    var terms: Set<AudienceTerm> {
        Set(
            groups.flatMap(\.lines).compactMap { line in
                Kind(rawValue: line.kind).flatMap(line.term)
            })
    }

    /// - Throws: `Refusal.invalid` with the lines whose value names nothing, or several, or whose times
    ///   run backwards, as `line_1_0`, or with `condition` when no line asks anything.
    func condition(_ references: AudienceReferences) throws -> AudienceCondition {
        var faults = FieldFaults()
        let parts = groups.enumerated().compactMap { number, group -> AudienceCondition? in
            let lines = group.lines.enumerated().compactMap { row, line -> AudienceCondition? in
                guard let kind = Kind(rawValue: line.kind) else { return nil }
                let place = "line_\(number + 1)_\(row)"
                guard let condition = line.condition(kind, references) else {
                    let several = line.term(kind).flatMap { references.several[$0] }
                    faults.add(place, several.map { .notOneOf($0) } ?? .unknown)
                    return nil
                }
                if let times = condition.times {
                    faults.range(place, from: times.from, to: times.to)
                }
                return line.isNot ? .not(condition) : condition
            }
            if lines.isEmpty { return nil }
            return lines.count == 1 ? lines[0] : group.joinsAll ? .all(lines) : .any(lines)
        }
        try faults.check()
        if parts.isEmpty { throw Refusal.invalid("condition", .required) }
        return parts.count == 1 ? parts[0] : joinsAll ? .all(parts) : .any(parts)
    }
}

extension AudienceBuilder.Line {
    fileprivate func term(_ kind: AudienceBuilder.Kind) -> AudienceTerm? {
        switch kind {
        case .tag: .tag(text(.tag))
        case .followerTag: .followerTag(meant(text(.followerTag)))
        case .code: .code(meant(text(.code)))
        case .replied: text(.code).isEmpty ? nil : .code(meant(text(.code)))
        case .form: .form(meant(text(.form)))
        case .answer: .form(meant(question.form))
        case .source, .scanned, .following, .left: nil
        }
    }

    /// The id that the label of one of several namesakes ends in, else the name that was typed.
    private func meant(_ text: String) -> String {
        let end = text.components(separatedBy: AudienceNamesake.mark).last ?? text
        let isID =
            QRCode.ID.isForm(of: end) || Matou.Form.ID.isForm(of: end)
            || FollowerTag.ID.isForm(of: end)
        return isID ? end : text
    }

    /// `会员登记 › 手机号` as the titles of a form and of its field.
    private var question: (form: String, field: String) {
        let mark = AudienceBuilder.questionMark.trimmingWhitespace()
        let parts = text(.question).components(separatedBy: mark).map { $0.trimmingWhitespace() }
        return (parts[0], parts.dropFirst().joined(separator: mark))
    }

    /// Nil for a name of nothing and for a time that is none.
    fileprivate func condition(
        _ kind: AudienceBuilder.Kind, _ references: AudienceReferences
    ) -> AudienceCondition? {
        let id = term(kind).flatMap { references.ids[$0] }
        let from = LocalTime.parse(text(.from), in: references.zone)
        let to = LocalTime.parse(text(.to), in: references.zone)
        if kind.hasTimes, from == nil && !text(.from).isEmpty || to == nil && !text(.to).isEmpty {
            return nil
        }
        switch kind {
        case .tag: return id.map { .tag(ContactTag.ID($0)) }
        case .followerTag: return id.map { .followerTag(FollowerTag.ID($0)) }
        case .source: return text(.source).isEmpty ? nil : .source(text(.source))
        case .code, .scanned:
            if kind == .code, id == nil { return nil }
            var scan = AudienceCondition.Scan(code: id.map(QRCode.ID.init))
            (scan.from, scan.to) = (from, to)
            return .scanned(scan)
        case .replied:
            if !text(.code).isEmpty, id == nil { return nil }
            return .replied(code: id.map(QRCode.ID.init), from: from, to: to)
        case .form: return id.map { .answered(Matou.Form.ID($0), field: nil, value: nil) }
        case .answer:
            guard let form = id.flatMap({ references.forms[Matou.Form.ID($0)] }),
                let field = form.fields.first(where: { $0.label == question.field })
            else { return nil }
            let answer = field.comparable(text(.answer))
            return .answered(form.id, field: field.id, value: answer.isEmpty ? nil : answer)
        case .following: return .following(true)
        case .left: return .following(false)
        }
    }
}

extension Matou.Form.Field {
    /// An answer as it is kept: a number or an address in the form in which it is compared.
    fileprivate func comparable(_ text: String) -> String {
        switch kind {
        case .mobile: ContactKey.mobile(text)?.value ?? text
        case .email: ContactKey.email(text)?.value ?? text
        default: text
        }
    }
}
