import Foundation
import SQL

/// Who is in an audience: a tree of conditions on contacts. A contact meets one when anything that it
/// consists of does.
package indirect enum AudienceCondition: Sendable, Equatable {
    case all([AudienceCondition])
    case any([AudienceCondition])
    case not(AudienceCondition)
    case tag(ContactTag.ID)
    case followerTag(FollowerTag.ID)
    /// Scanned a code with this source channel.
    case source(String)
    case scanned(Scan)
    /// "Reply after Official Account QR code scan": a reply that WeChat accepted.
    case replied(code: QRCode.ID?, from: Timestamp?, to: Timestamp?)
    /// Sent this form; with a field, with this answer to it.
    case answered(Form.ID, field: String?, value: String?)
    case following(Bool)

    /// Scans of a code, or of any.
    package struct Scan: Sendable, Equatable {
        package var code: QRCode.ID?
        package var group = ScannerFilter.Group.all
        /// The beginning of an openid.
        package var openid = ""
        package var from: Timestamp?
        package var to: Timestamp?

        package init(code: QRCode.ID? = nil) { self.code = code }
    }

    package static let depthMax = 4
    package static let partsMax = 40

    var depth: Int {
        switch self {
        case .all(let parts), .any(let parts): 1 + (parts.map(\.depth).max() ?? 0)
        case .not(let part): 1 + part.depth
        default: 1
        }
    }

    var parts: Int {
        switch self {
        case .all(let parts), .any(let parts): 1 + parts.map(\.parts).reduce(0, +)
        case .not(let part): 1 + part.parts
        default: 1
        }
    }

    /// A code whose scanners are all that can be in the audience; nil when anybody can.
    var code: QRCode.ID? {
        switch self {
        case .scanned(let scan): scan.code
        case .all(let parts): parts.lazy.compactMap(\.code).first
        default: nil
        }
    }

    func check() throws(Refusal) {
        if depth > Self.depthMax || parts > Self.partsMax {
            throw .invalid("condition", .tooMany(limit: Self.partsMax))
        }
        if isEmpty { throw .invalid("condition", .required) }
    }

    private var isEmpty: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.isEmpty || parts.contains(where: \.isEmpty)
        case .not(let part): part.isEmpty
        case .source(let source): source.isEmpty
        default: false
        }
    }
}

extension AudienceCondition: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case all, any, not, tag, source, scanned, replied, answered, following
        case followerTag = "follower_tag"
    }

    private struct Range: Codable {
        var code_id: String?
        var kind: String?
        var openid: String?
        var from: Int64?
        var to: Int64?
    }

    private struct Answer: Codable {
        var form_id: String
        var field: String?
        var value: String?
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "one member is wanted"))
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
            let range = try container.decode(Range.self, forKey: key)
            var scan = Scan(code: range.code_id.map(QRCode.ID.init))
            guard let group = ScannerFilter.Group(rawValue: range.kind ?? "all") else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "no such kind")
            }
            scan.group = group
            scan.openid = range.openid ?? ""
            scan.from = range.from.map(Timestamp.init(seconds:))
            scan.to = range.to.map(Timestamp.init(seconds:))
            self = .scanned(scan)
        case .replied:
            let range = try container.decode(Range.self, forKey: key)
            self = .replied(
                code: range.code_id.map(QRCode.ID.init),
                from: range.from.map(Timestamp.init(seconds:)),
                to: range.to.map(Timestamp.init(seconds:)))
        case .answered:
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
                    openid: scan.openid.isEmpty ? nil : scan.openid, from: scan.from?.seconds,
                    to: scan.to?.seconds),
                forKey: .scanned)
        case .replied(let code, let from, let to):
            try container.encode(
                Range(code_id: code?.text, from: from?.seconds, to: to?.seconds), forKey: .replied)
        case .answered(let form, let field, let value):
            try container.encode(
                Answer(form_id: form.text, field: field, value: value), forKey: .answered)
        }
    }
}

extension AudienceCondition {
    /// A condition on `h.head` of the audience's candidates.
    func statement(of audience: Audience.ID, in workspace: Workspace.ID) -> Statement {
        switch self {
        case .all(let parts): joined(parts, " AND ", audience, workspace)
        case .any(let parts): joined(parts, " OR ", audience, workspace)
        case .not(let part):
            "NOT \(fragment: part.statement(of: audience, in: workspace))"
        default:
            """
            h.head IN (SELECT k.head FROM audience_candidates AS k
                WHERE k.workspace_id = \(workspace) AND k.audience_id = \(audience)
                    AND EXISTS (SELECT 1 FROM \(fragment: rows) AND \(fragment: condition)))
            """
        }
    }

    private func joined(
        _ parts: [AudienceCondition], _ word: Statement, _ audience: Audience.ID,
        _ workspace: Workspace.ID
    ) -> Statement {
        let conditions = parts.map { $0.statement(of: audience, in: workspace) }
        return "(\(fragment: conditions.joined(separator: word)))"
    }

    /// What a leaf looks into, as far as it is the candidate `k`'s: few rows, found by an index.
    private var rows: Statement {
        let contact: Statement = "x.workspace_id = k.workspace_id AND x.contact_id = k.contact_id"
        let follower: Statement = """
            x.workspace_id = k.workspace_id AND x.account_id = k.account_id AND x.openid = k.openid
            """
        let facts: Statement = """
            facts AS x WHERE x.workspace_id = k.workspace_id AND x.account_id = k.account_id
                AND x.person = k.openid
            """
        switch self {
        case .all, .any, .not: return "audience_candidates AS x WHERE 1 = 0"
        case .tag: return "contact_taggings AS x WHERE \(fragment: contact)"
        case .followerTag: return "follower_taggings AS x WHERE \(fragment: follower)"
        case .source:
            return """
                code_scanners AS x JOIN qr_codes AS q ON q.workspace_id = x.workspace_id
                    AND q.id = x.code_id
                WHERE \(fragment: follower)
                """
        case .scanned(let scan):
            if scan.from != nil || scan.to != nil { return facts }
            return "code_scanners AS x WHERE \(fragment: follower)"
        case .replied: return facts
        case .answered: return "form_submissions AS x WHERE \(fragment: contact)"
        case .following: return "followers AS x WHERE \(fragment: follower)"
        }
    }

    private var condition: Statement {
        switch self {
        case .all, .any, .not: "1 = 1"
        case .tag(let id): "x.tag_id = \(id)"
        case .followerTag(let id): "x.tag_id = \(id) AND x.state = 'tagged'"
        case .source(let source): "q.source = \(source)"
        case .scanned(let scan): scan.condition
        case .replied(let code, let from, let to):
            conjunction(
                "x.kind = 'reply_sent'", code.map { "x.code_id = \($0)" },
                from.map { "x.occurred_at >= \($0)" }, to.map { "x.occurred_at < \($0)" })
        case .answered(let form, nil, _): "x.form_id = \(form)"
        case .answered(let form, let field?, let value):
            """
            x.form_id = \(form) AND EXISTS (
                SELECT 1 FROM form_answers AS y
                WHERE y.workspace_id = x.workspace_id AND y.submission_id = x.id
                    AND y.field_id = \(field)
                    AND \(fragment: value.map { "y.value = \($0)" } ?? "1 = 1"))
            """
        case .following(let follows): "x.turn = \(follows ? "follow" : "unfollow")"
        }
    }
}

extension AudienceCondition.Scan {
    fileprivate var condition: Statement {
        var conditions: [Statement] = ["1 = 1"]
        if let code { conditions.append("x.code_id = \(code)") }
        if let from { conditions.append("x.occurred_at >= \(from)") }
        if let to { conditions.append("x.occurred_at < \(to)") }
        if from == nil, to == nil {
            switch group {
            case .all: break
            case .new: conditions.append("x.is_new = 1")
            case .existing: conditions.append("x.is_new = 0")
            case .unfollowed: conditions.append("x.unfollowed = 1")
            }
        } else {
            conditions.append("x.kind IN ('subscribe', 'scan') AND x.code_id IS NOT NULL")
        }
        if !openid.isEmpty {
            conditions.append("k.openid >= \(openid) AND k.openid < \(openid + "\u{10FFFF}")")
        }
        return conditions.joined(separator: " AND ")
    }
}

private func conjunction(_ parts: Statement?...) -> Statement {
    parts.compactMap(\.self).joined(separator: " AND ")
}
