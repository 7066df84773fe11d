import Foundation
import HTTP
import Matou

/// The form that an audience is made with: two groups of lines, each joined by and or or, and the
/// groups joined likewise. A line may be turned round by not, and is left out while it is empty.
struct AudienceBuilder: Sendable {
    static let linesOfGroup = 4

    var name = ""
    var joinsAll = true
    var groups: [Group]

    struct Group: Sendable {
        var joinsAll = true
        var lines: [Line]
    }

    struct Line: Sendable {
        var isNot = false
        var kind = ""
        var value = ""
        var from = ""
        var to = ""
    }

    /// What a line can ask, in the order of its choice.
    enum Kind: String, CaseIterable {
        case tag, follower_tag, source, code, replied, form, following, left, scanned
    }

    init() {
        let lines = Array(repeating: Line(), count: Self.linesOfGroup)
        groups = [Group(lines: lines), Group(lines: lines)]
    }

    init(_ sent: Form) {
        name = sent.first("name") ?? ""
        joinsAll = sent.first("join") != "any"
        groups = (1...2).map { number in
            let columns = ["kind", "value", "from", "to"].map { sent.all("\($0)_\(number)") }
            let nots = Set(sent.all("not_\(number)"))
            func cell(_ column: Int, _ row: Int) -> String {
                columns[column].indices.contains(row) ? columns[column][row] : ""
            }
            return Group(
                joinsAll: sent.first("join_\(number)") != "any",
                lines: (0..<Self.linesOfGroup).map { row in
                    Line(
                        isNot: nots.contains(String(row)), kind: cell(0, row),
                        value: cell(1, row).trimmingWhitespace(), from: cell(2, row),
                        to: cell(3, row))
                })
        }
    }
}

/// What the values of the lines may name.
struct AudienceNames: Sendable {
    let tags: [ContactTag]
    let followerTags: [FollowerTag]
    let forms: [Matou.Form]
    let codes: [QRCode]
    let zone: TimeZone
}

extension AudienceBuilder {
    /// - Throws: `Refusal.invalid` with the lines whose value names nothing.
    func condition(_ names: AudienceNames) throws -> AudienceCondition {
        var faults = FieldFaults()
        let parts = groups.enumerated().compactMap { number, group -> AudienceCondition? in
            let lines = group.lines.enumerated().compactMap { row, line -> AudienceCondition? in
                guard let kind = Kind(rawValue: line.kind) else { return nil }
                guard let condition = line.condition(kind, names) else {
                    faults.add("line_\(number + 1)_\(row)", .unknown)
                    return nil
                }
                return line.isNot ? .not(condition) : condition
            }
            if lines.isEmpty { return nil }
            return group.joinsAll ? .all(lines) : .any(lines)
        }
        if parts.isEmpty { faults.add("condition", .required) }
        try faults.check()
        return parts.count == 1 ? parts[0] : joinsAll ? .all(parts) : .any(parts)
    }
}

extension AudienceBuilder.Line {
    fileprivate func condition(
        _ kind: AudienceBuilder.Kind, _ names: AudienceNames
    ) -> AudienceCondition? {
        let from = LocalTime.parse(from, in: names.zone)
        let to = LocalTime.parse(to, in: names.zone)
        let code = names.codes.first { $0.name == value || $0.id.text == value }?.id
        switch kind {
        case .tag:
            return names.tags.first { $0.name.folded() == value.folded() }.map { .tag($0.id) }
        case .follower_tag:
            return names.followerTags.first { $0.name == value }.map { .followerTag($0.id) }
        case .source: return value.isEmpty ? nil : .source(value)
        case .code:
            var scan = AudienceCondition.Scan(code: code)
            (scan.from, scan.to) = (from, to)
            return code == nil ? nil : .scanned(scan)
        case .scanned:
            var scan = AudienceCondition.Scan()
            (scan.from, scan.to) = (from, to)
            return value.isEmpty ? .scanned(scan) : nil
        case .replied:
            return value.isEmpty || code != nil
                ? .replied(code: code, from: from, to: to) : nil
        case .form:
            return names.forms.first { $0.title == value || $0.id.text == value }
                .map { .answered($0.id, field: nil, value: nil) }
        case .following: return .following(true)
        case .left: return .following(false)
        }
    }
}
