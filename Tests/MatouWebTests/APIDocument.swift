import Foundation
import HTTP

@testable import MatouWeb

/// The published document, as a client reads it that believes nothing else.
struct APIDocument: Sendable {
    let json: JSON

    struct Line: Sendable {
        let method: HTTP.Method
        /// With `{id}` where an id stands.
        let path: String
        let operation: JSON
    }

    var lines: [Line] {
        json["paths"].members.flatMap { path, methods in
            methods.members.map { method, operation in
                Line(method: HTTP.Method(method.uppercased()), path: path, operation: operation)
            }
        }
    }

    func line(_ method: HTTP.Method, _ target: String) -> Line? {
        let path = target.prefix { $0 != "?" }.split(separator: "/")
        // A path without a template goes before one with it (OpenAPI 3.1 §4.8.8.1).
        return lines.sorted { $0.path > $1.path }.last { line in
            let pattern = line.path.split(separator: "/")
            return line.method == method && pattern.count == path.count
                && zip(pattern, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    /// What in the answer is not as the document says it.
    func faults(of answer: Answer, to method: HTTP.Method, _ target: String) throws -> [String] {
        guard let line = line(method, target) else { return ["the path is not documented"] }
        let responses = line.operation["responses"]
        var response = responses[String(answer.status)]
        if response == .null { return ["\(answer.status) is not documented"] }
        if let name = response.reference { response = json["components"]["responses"][name] }
        let type = answer.fields["Content-Type"]
        guard let content = response["content"].members.first(where: { $0.key == type }) else {
            let isEmpty = response["content"] == .null && answer.text.isEmpty
            return isEmpty ? [] : ["\(type ?? "no content") is not documented"]
        }
        guard content.key.hasSuffix("json") else { return [] }
        let value = try JSONDecoder().decode(JSON.self, from: Data(answer.text.utf8))
        return faults(value, content.value["schema"], at: "")
    }

    /// Checks the part of JSON Schema that our document uses. An object must have exactly the members
    /// that its schema names, but for those that it does not require.
    private func faults(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        if let name = schema.reference {
            return faults(value, json["components"]["schemas"][name], at: place)
        }
        let alternatives = schema["oneOf"].elements
        if !alternatives.isEmpty {
            let found = alternatives.map { faults(value, $0, at: place) }
            return found.contains([]) ? [] : ["\(place) is none of the alternatives"]
        }
        let types = schema["type"].elements.isEmpty ? [schema["type"]] : schema["type"].elements
        guard types.contains(.string(value.typeName)) else {
            return ["\(place) is \(value.typeName), not \(types)"]
        }
        let choices = schema["enum"].elements
        if !choices.isEmpty, !choices.contains(value) { return ["\(place) is none of the choices"] }
        switch value {
        case .array(let elements):
            return elements.enumerated().flatMap { index, element in
                faults(element, schema["items"], at: "\(place).\(index)")
            }
        case .object(let members):
            let known = schema["properties"]
            let missing = schema["required"].elements.compactMap(\.text)
                .filter { members[$0] == nil }.map { "\(place).\($0) is missing" }
            return missing
                + members.flatMap { name, member in
                    if known[name] != .null {
                        return faults(member, known[name], at: "\(place).\(name)")
                    }
                    return schema["additionalProperties"] == true
                        ? [] : ["\(place).\(name) is not documented"]
                }
        default: return []
        }
    }
}

extension JSON {
    subscript(_ name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }

    var members: [String: JSON] { if case .object(let members) = self { members } else { [:] } }

    var text: String? { if case .string(let text) = self { text } else { nil } }

    var reference: String? { self["$ref"].text?.split(separator: "/").last.map(String.init) }

    fileprivate var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
