import Foundation
import Matou

/// What one field was and is, in words.
struct FieldDifference: Sendable, Equatable {
    let label: String
    /// Nil when the object was not there before.
    let before: String?
    let after: String
}

extension FieldDifference {
    /// The fields in which two snapshots differ, in the order of their names.
    ///
    /// - Parameters:
    ///   - before: as `Revision` keeps it; nil is an object that is not there.
    ///   - after: likewise.
    ///   - names: of what a condition of an audience or an item of a reply names, by ids.
    static func all(
        from before: String?, to after: String?, names: [String: String] = [:], _ wording: Wording
    ) -> [FieldDifference] {
        let (old, new) = (members(of: before), members(of: after))
        return Set(old.keys).union(new.keys).sorted().compactMap { name in
            let (left, right) = (old[name] ?? .null, new[name] ?? .null)
            let key = "revisions.field.\(name)"
            let label = wording.locales.has(key) ? wording(key) : name
            if name == "secrets" { return replaced(right, label, wording) }
            let was = text(left, of: name, names, wording)
            let now = text(right, of: name, names, wording)
            guard left != right, was != now else { return nil }
            return FieldDifference(
                label: label, before: before == nil ? nil : was, after: now)
        }
    }

    /// Which secrets were replaced: what they were is kept nowhere.
    private static func replaced(
        _ secrets: JSON, _ label: String, _ wording: Wording
    ) -> FieldDifference? {
        guard case .array(let names) = secrets, !names.isEmpty else { return nil }
        let lines = names.map { name in
            wording("revisions.replaced", ["name": text(name, of: "secrets", [:], wording)])
        }
        return FieldDifference(label: label, before: nil, after: lines.joined(separator: "\n"))
    }

    /// Whether nothing but secrets was replaced.
    static func isOfSecretsOnly(_ before: String?, _ after: String?) -> Bool {
        var (old, new) = (members(of: before), members(of: after))
        guard old.removeValue(forKey: "secrets") != nil || new["secrets"] != nil else {
            return false
        }
        new.removeValue(forKey: "secrets")
        return old == new
    }

    /// The same of two drafts, such as what was typed and what is there now.
    static func all(
        from before: QRCode.Draft, to after: QRCode.Draft, _ wording: Wording
    ) throws -> [FieldDifference] {
        let encoder = JSONEncoder()
        func json(_ draft: QRCode.Draft) throws -> String {
            String(decoding: try encoder.encode(draft), as: UTF8.self)
        }
        return all(from: try json(before), to: try json(after), wording)
    }

    private static func members(of json: String?) -> [String: JSON] {
        guard let json, case .object(let members) = JSON.parse(Array(json.utf8)) else { return [:] }
        return members
    }

    private static func text(
        _ value: JSON, of field: String, _ names: [String: String], _ wording: Wording
    ) -> String {
        switch value {
        case .null, .string(""), .array([]), .object([:]): return wording("common.none")
        case .bool(let flag): return wording("revisions.value.\(flag)")
        case .integer(let seconds) where field == "lifetime_seconds":
            return LifetimeForm(seconds: Int(seconds)).words(wording)
        case .integer(let number):
            return field.hasSuffix("_at")
                ? wording.exact(Timestamp(milliseconds: number)) : wording.number(Int(number))
        case .number(let number): return "\(number)"
        case .string(let text):
            let word = "revisions.value.\(field).\(text)"
            return wording.locales.has(word) ? wording(word) : names[text] ?? text
        case .array(let elements):
            return elements.enumerated()
                .map { "\($0 + 1). \(Self.text($1, of: field, names, wording))" }
                .joined(separator: "\n")
        case .object where field == "condition":
            return AudienceCondition(json: value).map {
                AudienceSentence(names: names, wording: wording).text($0)
            } ?? ""
        case .object(let members) where field == "design": return looks(members, names, wording)
        case .object(let members): return text(members, names, wording)
        }
    }

    /// The fields of a design, each with its label.
    private static func looks(
        _ members: [String: JSON], _ names: [String: String], _ wording: Wording
    ) -> String {
        members.sorted { $0.key < $1.key }.compactMap { name, value in
            guard case .string(let text) = value else { return nil }
            let word = "designs.\(name).\(text)"
            return wording("designs.\(name.replacing("_", with: "-"))") + ": "
                + (wording.locales.has(word) ? wording(word) : names[text] ?? text)
        }.joined(separator: "\n")
    }

    /// An item of a reply or a field of a form, for example: its format, then its texts.
    private static func text(
        _ members: [String: JSON], _ names: [String: String], _ wording: Wording
    ) -> String {
        var words: [String] = []
        if case .string(let format) = members["format"] ?? .null {
            let label = "replies.format.\(format)"
            words.append(wording.locales.has(label) ? wording(label) : format)
        }
        // A field of a form and a choice of a menu begin with what they are called.
        let order = { (name: String) in ["label", "text"].contains(name) ? "" : name }
        for (name, value) in members.sorted(by: { order($0.key) < order($1.key) })
        where !["format", "id"].contains(name) {
            switch value {
            case .string(let text) where !text.isEmpty:
                let word = ["kind": "forms.kind.\(text)", "role": "forms.is-\(text)"][name]
                words.append(
                    word.flatMap { wording.locales.has($0) ? wording($0) : nil } ?? names[text]
                        ?? text)
            case .bool(true): words.append(wording("revisions.field.required"))
            case .array(let elements):
                words += elements.compactMap { element -> String? in
                    switch element {
                    case .string(let text): return text
                    case .object(let members): return Self.text(members, names, wording)
                    default: return nil
                    }
                }
            default: break
            }
        }
        return words.joined(separator: " · ")
    }
}

extension AudienceCondition {
    /// Nil for what is no condition.
    init?(json: JSON) {
        guard let bytes = try? json.bytes(),
            let condition = try? JSONDecoder().decode(Self.self, from: Data(bytes))
        else { return nil }
        self = condition
    }
}
