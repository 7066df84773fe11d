import Foundation
import HTTP
import Matou

/// The JSON object of a request, whose members are asked for by name.
///
/// It collects what is wrong, so that an integrator sees all of it at once; a member that nobody
/// asked for is an error as well, because it is most likely misspelt.
struct JSONBody {
    /// Unknown members that are named, of each object: more help nobody.
    static let unknownMax = 20

    private let members: [String: JSON]
    private var asked: Set<String> = []
    private var found: [FieldFault] = []
    private var faulty: Set<String> = []

    /// - Throws: `BodyError` when the body is not a JSON object.
    init(_ request: Request) throws(BodyError) {
        guard request.contentType == "application/json" else {
            throw .notJSONType
        }
        try self.init(request.body)
    }

    /// The object of a request, or one without members for a request without a body.
    static func optional(_ request: Request) throws(BodyError) -> JSONBody {
        request.body.isEmpty ? JSONBody(members: [:]) : try JSONBody(request)
    }

    /// The object of a request, and the file beside it where a form has both: the object is then the
    /// part `settings`.
    ///
    /// - Throws: `BodyError` when there is no JSON object.
    static func read(
        _ request: Request, withFile name: String
    ) throws(BodyError) -> (body: JSONBody, file: UploadedFile?) {
        guard request.contentType == "multipart/form-data" else {
            return (try JSONBody(request), nil)
        }
        guard let form = try? request.form() else { throw .notAnObject }
        let settings = form.file("settings")?.bytes ?? Array((form.first("settings") ?? "").utf8)
        return (try JSONBody(settings), form.file(name))
    }

    /// Those of a query's items that are named, as an object of texts.
    init(_ items: [QueryItem], among parameters: [Operation.Parameter]) {
        let names = Set(parameters.map(\.name))
        members = Dictionary(
            items.filter { names.contains($0.name) }.map { ($0.name, .string($0.value)) },
            uniquingKeysWith: { first, _ in first })
    }

    private init(_ json: [UInt8]) throws(BodyError) {
        guard case .object(let members) = JSON.parse(json) else { throw .notAnObject }
        self.members = members
    }

    /// An object within another.
    init(members: [String: JSON]) { self.members = members }

    /// The member as it stands; nil when it is not there, or null.
    mutating func value(of name: String) -> JSON? {
        let value = value(name)
        // A plain `nil` would be a `JSON` that is null.
        return value == .null ? .none : .some(value)
    }

    /// A text that is one of a few words.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, as _: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            add(name, .notOneOf(Choice.allCases.map(\.rawValue)))
            return nil
        }
        return choice
    }

    /// Whether the member is there, were it null.
    mutating func has(_ name: String) -> Bool {
        asked.insert(name)
        return members[name] != nil
    }

    mutating func text(_ name: String) -> String? {
        switch value(name) {
        case .null: nil
        case .string(let text): text
        default: fault(name)
        }
    }

    mutating func integer(_ name: String) -> Int? {
        switch value(name) {
        case .null: nil
        case .integer(let number): Int(number)
        default: fault(name)
        }
    }

    mutating func bool(_ name: String) -> Bool? {
        switch value(name) {
        case .null: nil
        case .bool(let flag): flag
        default: fault(name)
        }
    }

    mutating func id<Object>(_ name: String) -> Identifier<Object>? {
        guard let text = text(name) else { return nil }
        guard let id = Identifier<Object>.parameter(text) else { return fault(name) }
        return id
    }

    /// An RFC 3339 time.
    mutating func time(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else { return fault(name) }
        return time
    }

    mutating func array(_ name: String) -> [JSON]? {
        switch value(name) {
        case .null: nil
        case .array(let elements): elements
        default: fault(name)
        }
    }

    mutating func object(_ name: String) -> JSON? {
        switch value(name) {
        case .null: nil
        case .object(let members): .object(members)
        default: fault(name)
        }
    }

    /// An array of texts; no member is an empty one.
    mutating func texts(_ name: String) -> [String] {
        var texts: [String] = []
        for element in array(name) ?? [] {
            guard case .string(let text) = element else {
                add(name, .malformed)
                return []
            }
            texts.append(text)
        }
        return texts
    }

    /// Adds a fault of a member, unless it has one already.
    mutating func add(_ field: String, _ code: FieldFault.Code) {
        if faulty.insert(field).inserted { found.append(FieldFault(field, code)) }
    }

    /// Members of a wrong type and unknown ones, once everything has been asked for.
    var faults: [FieldFault] {
        let unknown = members.keys.filter { !asked.contains($0) }.sorted()
        return found + unknown.prefix(Self.unknownMax).map { FieldFault($0, .unknown) }
    }

    /// To be asked once everything has been asked for.
    ///
    /// - Throws: `Refusal.invalid` with all faults.
    func check() throws(Refusal) { try FieldFaults(faults).check() }

    private mutating func value(_ name: String) -> JSON {
        asked.insert(name)
        return members[name] ?? .null
    }

    private mutating func fault<T>(_ name: String) -> T? {
        add(name, .malformed)
        return nil
    }
}

extension Request {
    /// The media type of the body, without its parameters.
    fileprivate var contentType: String {
        let type = fields["content-type"] ?? ""
        return String(type.prefix { $0 != ";" }).trimmingWhitespace().lowercased()
    }
}

/// A body that is not what the API takes.
enum BodyError: Error, Sendable, Equatable {
    case notJSONType
    case notAnObject
    /// Compressed, for one: bodies are taken as they are (RFC 9110 §15.5.16).
    case coded
}
