import Matou

/// A condition as a sentence that a marketer reads: 所有有会员标签「会员」 且 非（已取关）的联系人。
struct AudienceSentence: Sendable {
    /// As `Audiences.names(in:)` has them; what is not in it is called by its id.
    let names: [String: String]
    let wording: Wording

    func text(_ condition: AudienceCondition) -> String {
        wording("audiences.words.everybody", ["condition": part(condition, isWhole: true)])
    }

    private func part(_ condition: AudienceCondition, isWhole: Bool = false) -> String {
        switch condition {
        case .all(let parts): joined(parts, "and", isWhole)
        case .any(let parts): joined(parts, "or", isWhole)
        case .not(let part): words("not", ["condition": self.part(part, isWhole: true)])
        case .tag(let id): words("tag", ["name": name(id.text)])
        case .followerTag(let id): words("follower_tag", ["name": name(id.text)])
        case .source(let source): words("source", ["name": source])
        case .scanned(let scan): self.scan(scan)
        case .replied(let code, let from, let to):
            timed(words(code.map { ["name": name($0.text)] }, "replied", "replied-any"), from, to)
        case .answered(let form, nil, _): words("form", ["name": name(form.text)])
        case .answered(let form, let field?, let value):
            words(
                value == nil ? "question" : "answer",
                [
                    "name": name(form.text), "field": names["\(form) \(field)"] ?? field,
                    "value": value ?? "",
                ])
        case .following(let follows): words(follows ? "following" : "left")
        }
    }

    private func joined(_ parts: [AudienceCondition], _ word: String, _ isWhole: Bool) -> String {
        let text = parts.map { part($0) }.joined(separator: words(word))
        return isWhole || parts.count == 1 ? text : words("group", ["condition": text])
    }

    private func scan(_ scan: AudienceCondition.Scan) -> String {
        let (named, any) =
            switch scan.group {
            case .all: ("scanned", "scanned-any")
            case .new: ("scanned-new", "scanned-any-new")
            case .existing: ("scanned-existing", "scanned-any-existing")
            case .unfollowed: ("scanned-unfollowed", "scanned-any-unfollowed")
            }
        var text = words(scan.code.map { ["name": name($0.text)] }, named, any)
        if !scan.openid.isEmpty { text += words("openid", ["openid": scan.openid]) }
        return timed(text, scan.from, scan.to)
    }

    private func timed(_ event: String, _ from: Timestamp?, _ to: Timestamp?) -> String {
        let times = ["event": event].merging(
            ["from": from, "to": to].compactMapValues { $0.map(wording.exact) }
        ) { first, _ in first }
        return switch (from, to) {
        case (nil, nil): event
        case (_, nil): words("from", times)
        case (nil, _): words("to", times)
        default: words("from-to", times)
        }
    }

    private func name(_ id: String) -> String { names[id] ?? id }

    private func words(_ key: String, _ values: [String: String] = [:]) -> String {
        wording("audiences.words.\(key)", values)
    }

    private func words(
        _ values: [String: String]?, _ named: String, _ any: String
    ) -> String {
        values.map { words(named, $0) } ?? words(any)
    }
}
