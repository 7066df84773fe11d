import Foundation
import Matou

/// Reply items as the API shows and takes them: the format, and the fields that it has.
extension JSON {
    init(_ item: ReplyItem) {
        var members: [String: JSON] = ["format": .string(item.format.rawValue)]
        for field in item.format.fields { members[field.rawValue] = .string(item[field]) }
        if case .menu(let menu) = item {
            members["choices"] = .array(
                menu.choices.map { ["text": .string($0.text), "answer": .string($0.answer)] })
        }
        self = .object(members)
    }
}

extension JSONBody {
    /// The items of a reply. One that cannot be read leaves its place, so that the others keep theirs.
    mutating func replyItems(_ name: String) -> [ReplyItem] {
        // One more than there may be shows the check that there are too many.
        let items = (array(name) ?? []).prefix(Reply.itemLimit + 1)
        return items.enumerated().map { index, item in replyItem(item, at: "\(name).\(index)") }
    }

    private mutating func replyItem(_ json: JSON, at place: String) -> ReplyItem {
        guard case .object(let members) = json else {
            add(place, .malformed)
            return .text("")
        }
        var format = ReplyItem.Format.text
        if case .string(let name)? = members["format"], let known = ReplyItem.Format(rawValue: name)
        {
            format = known
        } else {
            add("\(place).format", .notOneOf(ReplyItem.Format.allCases.map(\.rawValue)))
        }
        let known =
            ["format"] + format.fields.map(\.rawValue) + (format == .menu ? ["choices"] : [])
        addUnknown(members, besides: known, at: place)
        var choices: [ReplyItem.Menu.Choice] = []
        if format == .menu { choices = self.choices(members["choices"], at: "\(place).choices") }
        return ReplyItem(format, choices: choices) { field in
            text(members[field.rawValue], at: "\(place).\(field.rawValue)")
        }
    }

    private mutating func choices(
        _ json: JSON?, at place: String
    ) -> [ReplyItem.Menu.Choice] {
        guard case .array(let elements)? = json else {
            if json != nil, json != .null { add(place, .malformed) }
            return []
        }
        let limit = ReplyItem.Menu.choicesMax + 1
        return elements.prefix(limit).enumerated().map { index, element in
            guard case .object(let members) = element else {
                add("\(place).\(index)", .malformed)
                return ReplyItem.Menu.Choice(text: "", answer: "")
            }
            addUnknown(members, besides: ["text", "answer"], at: "\(place).\(index)")
            return ReplyItem.Menu.Choice(
                text: text(members["text"], at: "\(place).\(index).text"),
                answer: text(members["answer"], at: "\(place).\(index).answer"))
        }
    }

    private mutating func text(_ json: JSON?, at place: String) -> String {
        switch json {
        case .string(let text): return text
        case nil, .null: return ""
        default:
            add(place, .malformed)
            return ""
        }
    }

    private mutating func addUnknown(
        _ members: [String: JSON], besides known: [String], at place: String
    ) {
        let unknown = members.keys.filter { !known.contains($0) }.sorted()
        for name in unknown.prefix(Self.unknownMax) { add("\(place).\(name)", .unknown) }
    }
}

/// What the published document says of a reply item: one of the formats.
enum ReplySchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = Dictionary(
        uniqueKeysWithValues: ReplyItem.Format.allCases.map { (name(of: $0), schema(of: $0)) }
    ).merging([
        "ReplyItem": [
            "oneOf": .array(
                ReplyItem.Format.allCases.map {
                    ["$ref": .string("#/components/schemas/\(name(of: $0))")]
                })
        ]
    ]) { own, _ in own }

    /// `ReplyMiniProgram`.
    private static func name(of format: ReplyItem.Format) -> String {
        "Reply" + format.rawValue.split(separator: "_").map(\.capitalized).joined()
    }

    private static func schema(of format: ReplyItem.Format) -> JSON {
        var properties: [String: JSON] = [
            "format": ["type": "string", "enum": [.string(format.rawValue)]]
        ]
        for field in format.fields { properties[field.rawValue] = Common.text }
        if format == .menu {
            properties["choices"] = [
                "type": "array", "minItems": 1,
                "maxItems": JSON(ReplyItem.Menu.choicesMax),
                "items": Common.object(["text": Common.text, "answer": Common.text]),
            ]
        }
        let optional = format == .menu ? ["tail"] : []
        return Common.body(
            required: properties.keys.filter { !optional.contains($0) }.sorted(), properties)
    }
}
