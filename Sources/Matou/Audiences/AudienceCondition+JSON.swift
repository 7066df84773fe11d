import Foundation

/// Conditions as JSON, for the API and for the store. Times are RFC 3339.
extension AudienceCondition: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case all, any, not, tag, source, scanned, replied, answered, following
        case followerTag = "follower_tag"
    }

    private struct Range: Codable {
        var code_id: String?
        var kind: String?
        var openid: String?
        var from: RangeEnd?
        var to: RangeEnd?
    }

    private struct Answer: Codable {
        var form_id: String
        var field: String?
        var value: String?
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let members = try decoder.container(keyedBy: AnyKey.self).allKeys
        guard members.count == 1, let key = container.allKeys.first else {
            throw ConditionFault(
                path: decoder.codingPath, code: .notOneOf(Key.allCases.map(\.rawValue)))
        }
        switch key {
        case .all: self = .all(try container.decode([AudienceCondition].self, forKey: key))
        case .any: self = .any(try container.decode([AudienceCondition].self, forKey: key))
        case .not: self = .not(try container.decode(AudienceCondition.self, forKey: key))
        case .tag: self = .tag(ContactTag.ID(try container.decode(String.self, forKey: key)))
        case .followerTag:
            self = .followerTag(FollowerTag.ID(try container.decode(String.self, forKey: key)))
        case .source: self = .source(try container.decode(String.self, forKey: key))
        case .following: self = .following(try container.decode(Bool.self, forKey: key))
        case .scanned:
            try container.refuseMembers(of: key, but: ["code_id", "kind", "openid", "from", "to"])
            let range = try container.decode(Range.self, forKey: key)
            var scan = Scan(code: range.code_id.map(QRCode.ID.init))
            guard let group = ScannerFilter.Group(rawValue: range.kind ?? "all") else {
                throw ConditionFault(
                    path: container.codingPath + [key, AnyKey(stringValue: "kind")],
                    code: .notOneOf(ScannerFilter.Group.allCases.map(\.rawValue)))
            }
            scan.group = group
            scan.openid = range.openid ?? ""
            scan.from = range.from?.time
            scan.to = range.to?.time
            self = .scanned(scan)
        case .replied:
            try container.refuseMembers(of: key, but: ["code_id", "from", "to"])
            let range = try container.decode(Range.self, forKey: key)
            self = .replied(
                code: range.code_id.map(QRCode.ID.init),
                from: range.from?.time, to: range.to?.time)
        case .answered:
            try container.refuseMembers(of: key, but: ["form_id", "field", "value"])
            let answer = try container.decode(Answer.self, forKey: key)
            self = .answered(
                Form.ID(answer.form_id), field: answer.field, value: answer.value)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .all(let parts): try container.encode(parts, forKey: .all)
        case .any(let parts): try container.encode(parts, forKey: .any)
        case .not(let part): try container.encode(part, forKey: .not)
        case .tag(let id): try container.encode(id.text, forKey: .tag)
        case .followerTag(let id): try container.encode(id.text, forKey: .followerTag)
        case .source(let source): try container.encode(source, forKey: .source)
        case .following(let follows): try container.encode(follows, forKey: .following)
        case .scanned(let scan):
            try container.encode(
                Range(
                    code_id: scan.code?.text, kind: scan.group.rawValue,
                    openid: scan.openid.isEmpty ? nil : scan.openid,
                    from: scan.from.map(RangeEnd.init(time:)),
                    to: scan.to.map(RangeEnd.init(time:))),
                forKey: .scanned)
        case .replied(let code, let from, let to):
            try container.encode(
                Range(
                    code_id: code?.text, from: from.map(RangeEnd.init(time:)),
                    to: to.map(RangeEnd.init(time:))), forKey: .replied)
        case .answered(let form, let field, let value):
            try container.encode(
                Answer(form_id: form.text, field: field, value: value), forKey: .answered)
        }
    }
}

extension AudienceCondition {
    /// Reads what a program sent.
    ///
    /// - Throws: `Refusal.invalid` with the member that is wrong, as `condition.all.0.scanned.kind`.
    package init(sent json: [UInt8]) throws(Refusal) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(json))
        } catch let fault as ConditionFault {
            throw .invalid(Self.field(fault.path), fault.code)
        } catch DecodingError.keyNotFound(let key, let context) {
            throw .invalid(Self.field(context.codingPath + [key]), .required)
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context)
        {
            throw .invalid(Self.field(context.codingPath), .malformed)
        } catch {
            throw .invalid("condition", .malformed)
        }
    }

    private static func field(_ path: [any CodingKey]) -> String {
        (["condition"] + path.map { $0.intValue.map(String.init) ?? $0.stringValue })
            .joined(separator: ".")
    }
}

/// A member of a condition that means nothing.
private struct ConditionFault: Error {
    let path: [any CodingKey]
    let code: FieldFault.Code
}

/// A time in a condition. Seconds since 1970 are read as well: conditions that are stored may hold
/// them.
private struct RangeEnd: Codable {
    /// Some time in the year 2286.
    private static let secondsMax: Int64 = 10_000_000_000

    let time: Timestamp

    init(time: Timestamp) { self.time = time }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let seconds = try? container.decode(Int64.self) {
            guard (0...Self.secondsMax).contains(seconds) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "there is no such time")
            }
            time = Timestamp(seconds: seconds)
            return
        }
        guard let time = Timestamp(rfc3339: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a time is written as RFC 3339 has it")
        }
        self.time = time
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(time.rfc3339)
    }
}

/// Whatever a member is called.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue _: Int) { nil }
}

extension KeyedDecodingContainer {
    /// - Throws: for a member that means nothing, which is most likely misspelt.
    fileprivate func refuseMembers(of key: Key, but known: Set<String>) throws {
        let members = try nestedContainer(keyedBy: AnyKey.self, forKey: key).allKeys
        if let odd = members.first(where: { !known.contains($0.stringValue) }) {
            throw ConditionFault(path: codingPath + [key, odd], code: .unknown)
        }
    }
}
