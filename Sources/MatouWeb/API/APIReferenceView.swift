import Matou

/// The OpenAPI document, as the template of its page shows it.
struct APIReferenceView: Sendable {
    let version: String
    let base: String
    let groups: [Group]
    let schemas: [Schema]
    let problems: [ProblemEntry]
    /// Where a member makes a token; nil for who may not.
    var tokensPath: String?

    /// The operations of one resource.
    struct Group: Sendable {
        let name: String
        /// What the resource is called on the pages; nil where it has the same name.
        let label: String?
        let anchor: String
        let operations: [Operation]
    }

    struct Operation: Sendable {
        let anchor: String
        /// In lower case.
        let verb: String
        let method: String
        let path: String
        let summary: String
        let description: String
        let parameters: Table?
        let body: Table?
        let answers: [Answer]
    }

    struct Table: Sendable { let rows: [Field] }

    struct Field: Sendable {
        let name: String
        let type: String
        let isRequired: Bool
        let text: String
    }

    struct Answer: Sendable {
        let status: String
        let type: String
        /// The schema's name, when it has one to open.
        let schema: String?
    }

    struct Schema: Sendable {
        let name: String
        let fields: [Field]
    }

    struct ProblemEntry: Sendable {
        let name: String
        let text: String
    }
}

extension APIReferenceView {
    init(_ document: JSON, settings: SiteSettings, _ wording: Wording) {
        version = document["info"]["version"].text
        base = settings.publicURL
        let known = document["components"]["schemas"]
        let operations = document["paths"].members.flatMap { path, methods in
            methods.members.map { (tag: $1["tags"].elements.first?.text ?? "", path, $0, $1) }
        }
        groups = Dictionary(grouping: operations, by: \.tag)
            .sorted { $0.key < $1.key }
            .map { tag, lines in
                Group(
                    name: tag, label: Self.label(of: tag, wording), anchor: "tag-\(tag)",
                    operations: lines.map { _, path, verb, operation in
                        Operation(path, verb, operation, known)
                    }.sorted { ($0.path, $0.order) < ($1.path, $1.order) })
            }
        schemas = known.members.map { name, schema in
            Schema(name: name, fields: schema.fields)
        }
        problems = Self.problems(wording)
    }

    private static func label(of tag: String, _ wording: Wording) -> String? {
        let key = "api.tag.\(tag)"
        return wording.locales.has(key) ? wording(key) : nil
    }

    /// What the `type` of a problem leads to.
    private static func problems(_ wording: Wording) -> [ProblemEntry] {
        let some = "…"
        let general = Problem.General.allCases.map(\.rawValue).map {
            ProblemEntry(name: $0, text: wording("api.problem.\($0)", ["request": some]))
        }
        let refusals = ["invalid", "missing", "stale", "bad_credentials", "forbidden", "too_many"]
            .map {
                ProblemEntry(
                    name: $0, text: wording("refusal.\($0)", ["role": some, "seconds": some]))
            }
        let conflicts = Conflict.allCases.map {
            ProblemEntry(name: $0.rawValue, text: wording("conflict.\($0.rawValue)"))
        }
        return general + refusals + conflicts
    }
}

extension APIReferenceView.Operation {
    init(_ path: String, _ verb: String, _ operation: JSON, _ known: JSON) {
        anchor = operation["operationId"].text
        self.verb = verb
        method = verb.uppercased()
        self.path = path
        summary = operation["summary"].text.replacing("`", with: "")
        description = operation["description"].text.replacing("`", with: "")
        let parameters = operation["parameters"].elements.map { parameter in
            APIReferenceView.Field(
                name: parameter["name"].text,
                type: "\(parameter["in"].text) · \(parameter["schema"].typeName)",
                isRequired: parameter["required"] == true,
                text: parameter["description"].text)
        }
        self.parameters = parameters.isEmpty ? nil : .init(rows: parameters)
        let schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body =
            schema == .null
            ? nil : .init(rows: (schema.reference.map { known[$0] } ?? schema).fields)
        let responses = operation["responses"].members
        let problems = responses.filter { $0.value["$ref"] != .null }.map(\.key)
        answers =
            responses.filter { $0.value["$ref"] == .null }.map { status, answer in
                APIReferenceView.Answer(status, answer["content"])
            }
            + [
                .init(status: problems.joined(separator: " "), type: "", schema: "Problem")
            ]
    }

    /// Reading first, deleting last.
    fileprivate var order: Int {
        ["get", "post", "patch", "put", "delete"].firstIndex(of: verb) ?? 9
    }
}

extension APIReferenceView.Answer {
    fileprivate init(_ status: String, _ content: JSON) {
        self.status = status
        let content = content.members
        let body = content.first?.value["schema"] ?? .null
        schema = body.namedPart
        if content.count > 1 {
            type = content.map(\.key).joined(separator: ", ")
        } else {
            type = body.listName == schema ? "" : body.listName
        }
    }
}

/// Looking into a document that is known to be one of ours: what is not there is empty.
extension JSON {
    fileprivate subscript(_ name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    fileprivate var text: String { if case .string(let text) = self { text } else { "" } }

    fileprivate var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }

    fileprivate var members: [(key: String, value: JSON)] {
        guard case .object(let members) = self else { return [] }
        return members.sorted { $0.key < $1.key }
    }

    /// The name of the schema that it refers to.
    fileprivate var reference: String? {
        let text = self["$ref"].text
        return text.isEmpty ? nil : text.split(separator: "/").last.map(String.init)
    }

    fileprivate var fields: [APIReferenceView.Field] {
        let alternatives = self["oneOf"].elements
        if !alternatives.isEmpty {
            return alternatives.map { schema in
                APIReferenceView.Field(
                    name: schema.typeName, type: "object", isRequired: false, text: "")
            }
        }
        let required = Set(self["required"].elements.map(\.text))
        return self["properties"].members.map { name, schema in
            APIReferenceView.Field(
                name: name, type: schema.typeName, isRequired: required.contains(name),
                text: schema.bounds)
        }
    }

    /// `integer`, `string | null`, `QRCode[]`, `png | svg`.
    fileprivate var typeName: String {
        if let reference { return reference }
        let choices = self["enum"].elements.map(\.text)
        if !choices.isEmpty { return choices.joined(separator: " | ") }
        let types = self["type"].elements.isEmpty ? [self["type"]] : self["type"].elements
        let names = types.map { type in
            type.text == "array" ? self["items"].typeName + "[]" : type.text
        }
        let format = self["format"].text
        return names.joined(separator: " | ") + (format.isEmpty ? "" : " (\(format))")
    }

    /// The rows of a list's answer, otherwise the schema itself.
    private var rows: JSON {
        let items = self["properties"]["data"]["items"]
        return items == .null ? self : items
    }

    fileprivate var namedPart: String? { rows.reference }

    fileprivate var listName: String {
        guard self != .null else { return "" }
        return rows == self ? typeName : "{ data: \(rows.typeName)[], next_cursor }"
    }

    /// `64…4096`, `≤ 100`.
    fileprivate var bounds: String {
        func number(_ name: String) -> String? {
            if case .integer(let value) = self[name] { String(value) } else { nil }
        }
        let least = number("minimum") ?? number("minLength") ?? number("minItems")
        let most = number("maximum") ?? number("maxLength") ?? number("maxItems")
        return switch (least, most) {
        case (let least?, let most?): "\(least)…\(most)"
        case (nil, let most?): "≤ \(most)"
        case (let least?, nil): "≥ \(least)"
        default: ""
        }
    }
}
