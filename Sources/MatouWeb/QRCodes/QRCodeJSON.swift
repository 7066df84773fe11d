import HTTP
import Matou

import struct Foundation.TimeZone

/// Codes and their figures as the API shows them.
extension JSON {
    /// - Parameter failures: why replies did not arrive; nil leaves the member out, as lists do.
    init(
        _ code: QRCode, counts: CodeCounts, failures: [ReplyFailure]?, now: Timestamp,
        publicURL: String, _ locales: Locales
    ) {
        let made = code.made
        var lifetime: Int?
        if case .temporary(let seconds) = code.kind { lifetime = seconds }
        var failure: WeChatFault?
        if case .failed(let fault) = code.making { failure = fault }
        var members: [String: JSON] = [
            "id": .string(code.id.text), "account_id": .string(code.account.text),
            "name": .string(code.name), "group": JSON(code.group?.name),
            "type": .string(code.kind.name.rawValue), "lifetime_seconds": JSON(lifetime),
            "source": .string(code.source), "starts_at": JSON(code.startsAt?.rfc3339),
            "contact_tags": .array(code.tags.contact.map { .string($0.name) }),
            "follower_tags": .array(code.tags.follower.map { .string($0.name) }),
            "reply": .array(code.reply.items.map(JSON.init)), "scene": .string(code.scene),
            "status": .string(
                code.deletedAt == nil ? code.status(at: now).rawValue : "deleted"),
            "failure": JSON(failure, locales, of: .code),
            "content": JSON(made?.content), "url": .string("\(publicURL)/c/\(code.slug)"),
            "made_at": JSON(made?.at.rfc3339), "expires_at": JSON(made?.expiresAt?.rfc3339),
            "counts": JSON(counts),
            "created_by": .string(code.createdBy), "created_at": .string(code.createdAt.rfc3339),
            "updated_by": .string(code.updatedBy), "updated_at": .string(code.updatedAt.rfc3339),
            "version": JSON(code.version), "deleted_at": JSON(code.deletedAt?.rfc3339),
        ]
        if let failures { members["reply_failures"] = .array(failures.map { JSON($0, locales) }) }
        self = .object(members)
    }

    private init(_ failure: ReplyFailure, _ locales: Locales) {
        self = [
            "state": .string(failure.state.rawValue), "failure": JSON(failure.fault, locales),
            "items": JSON(failure.count),
        ]
    }

    init(_ counts: CodeCounts) {
        self = .object(
            counts.dayMembers.merging([
                "new_scans": JSON(counts.newScans), "existing_scans": JSON(counts.existingScans),
                "replies_received": JSON(counts.repliesReceived),
            ]) { first, _ in first })
    }

    init(_ day: CodeReport.OneDay) {
        var members = day.counts.dayMembers
        members["day"] = .string(day.day.iso)
        self = .object(members)
    }

    init(_ scanner: Scanner, _ locales: Locales) {
        self = [
            "openid": .string(scanner.openid), "name": JSON(scanner.name),
            "kind": scanner.isNew ? "new" : "existing",
            "unfollowed": .bool(scanner.isUnfollowed), "scans": JSON(scanner.scans),
            "first_scanned_at": .string(scanner.firstScanAt.rfc3339),
            "scanned_at": .string(scanner.lastScanAt.rfc3339),
            "reply_status": .string(scanner.reply.rawValue),
            "follower_tags": .array(scanner.followerTags.map { JSON($0, locales) }),
            "reply_items": .array(
                scanner.replyItems.map { send in
                    [
                        "position": JSON(send.position), "state": .string(send.state.rawValue),
                        "failure": JSON(send.fault, locales),
                        "finished_at": JSON(send.finishedAt?.rfc3339),
                    ]
                }),
        ]
    }

    /// - Parameter locales: has the explanation, which programs get in English.
    init(_ fault: WeChatFault?, _ locales: Locales, of purpose: WeChatFault.Purpose = .other) {
        guard let fault else {
            self = .null
            return
        }
        self = [
            "code": JSON(fault.answer?.code), "words": JSON(fault.answer?.words),
            "message": .string(fault.explanation(locales, in: .english, of: purpose)),
        ]
    }
}

extension CodeCounts {
    fileprivate var dayMembers: [String: JSON] {
        [
            "scans": JSON(scans), "scanners": JSON(scanners), "new_scanners": JSON(newScanners),
            "existing_scanners": JSON(existingScanners), "new_followers": JSON(newFollowers),
            "unfollowed": JSON(unfollowed), "replies_sent": JSON(repliesSent),
            "replies_failed": JSON(repliesFailed), "replies_too_late": JSON(repliesTooLate),
            "replies_unknown": JSON(repliesUnknown),
        ]
    }
}

extension Day {
    /// `2026-11-21`.
    var iso: String {
        let two = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
        return "\(year)-\(two(month))-\(two(day))"
    }
}

/// What the published document says of them.
enum QRCodeSchemas {
    private typealias Common = CommonSchemas

    private static let counts: [String: JSON] = Dictionary(
        uniqueKeysWithValues: [
            "scans", "scanners", "new_scanners", "existing_scanners", "new_followers",
            "unfollowed", "replies_sent", "replies_failed", "replies_too_late", "replies_unknown",
        ].map { ($0, Common.count) })

    private static let draft: [String: JSON] = [
        "name": CommonSchemas.line(max: QRCode.nameLimit),
        "type": CommonSchemas.choice(of: QRCode.Kind.Name.self),
        "lifetime_seconds": [
            "type": ["integer", "null"],
            "minimum": JSON(QRCode.lifetimeSeconds.lowerBound),
            "maximum": JSON(QRCode.lifetimeSeconds.upperBound),
        ],
        "source": CommonSchemas.line(max: QRCode.sourceLimit),
        "group": Common.groupName, "starts_at": Common.optionalTime,
        "contact_tags": Common.tagNames(max: ContactTag.perCodeMax),
        "follower_tags": Common.tagNames(max: FollowerTag.perFollowerMax),
        "reply": [
            "type": "array", "maxItems": JSON(Reply.itemLimit),
            "items": ["$ref": "#/components/schemas/ReplyItem"],
        ],
    ]

    /// What the codes of a batch share: all but the name.
    static var settings: [String: JSON] { draft.filter { $0.key != "name" } }
    /// The figures of all time.
    static let allCounts = Common.object(
        counts.merging([
            "new_scans": Common.count, "existing_scans": Common.count,
            "replies_received": Common.count,
        ]) { first, _ in first })

    static let all: [String: JSON] = [
        "QRCode": Common.object(
            draft.merging([
                "id": Common.text, "account_id": Common.text, "scene": Common.text,
                "status": [
                    "type": "string",
                    "enum": .array(
                        (QRCode.Status.allCases.map(\.rawValue) + ["deleted"]).map(JSON.string)),
                ],
                "failure": ["$ref": "#/components/schemas/Fault"],
                "content": Common.optionalText, "url": Common.text,
                "made_at": Common.optionalTime, "expires_at": Common.optionalTime,
                "counts": allCounts,
                "reply_failures": [
                    "type": "array",
                    "description": """
                    Why reply items did not arrive, the most frequent reason first; lists leave it out.
                    """,
                    "items": Common.object([
                        "state": CommonSchemas.choice(["failed", "too_late", "unknown"]),
                        "failure": ["$ref": "#/components/schemas/Fault"],
                        "items": Common.count,
                    ]),
                ],
                "created_by": Common.text, "created_at": Common.time, "updated_by": Common.text,
                "updated_at": Common.time, "version": ["type": "integer"],
                "deleted_at": Common.optionalTime,
            ]) { first, _ in first }, leavingOut: ["reply_failures"]),
        "NewQRCode": Common.body(
            required: ["account_id", "name"],
            draft.merging(["account_id": Common.text]) { first, _ in first }),
        "QRCodeChange": Common.body(required: [], draft),
        "QRCodeCopy": Common.body(required: [], ["name": Common.optionalText]),
        "Scanner": Common.object([
            "openid": Common.text, "name": Common.optionalText,
            "kind": ["type": "string", "enum": ["new", "existing"]],
            "unfollowed": ["type": "boolean"], "scans": Common.count,
            "first_scanned_at": Common.time, "scanned_at": Common.time,
            "reply_status": CommonSchemas.choice(of: ReplyStatus.self),
            "follower_tags": [
                "type": "array", "items": ["$ref": "#/components/schemas/FollowerTagging"],
            ],
            "reply_items": [
                "type": "array",
                "items": Common.object([
                    "position": ["type": "integer"],
                    "state": CommonSchemas.choice(of: ReplySend.State.self),
                    "failure": ["$ref": "#/components/schemas/Fault"],
                    "finished_at": Common.optionalTime,
                ]),
            ],
        ]),
        "CodeDays": Common.object([
            "time_zone": Common.text,
            "data": [
                "type": "array",
                "items": Common.object(
                    counts.merging(["day": ["type": "string", "format": "date"]]) { first, _ in
                        first
                    }),
            ],
        ]),
    ].merging(ReplySchemas.all) { own, _ in own }
}

extension ReportDays {
    /// What the API calls them.
    static var parameters: [Operation.Parameter] {
        [
            Operation.Parameter(
                name: "from",
                meaning: "The first of at most \(countMax) days.",
                schema: ["type": "string", "format": "date"]),
            Operation.Parameter(
                name: "to", meaning: "The last day, today if left out.",
                schema: ["type": "string", "format": "date"]),
        ]
    }
}

extension Response {
    /// `CodeDays`: figures by day, in the workspace's zone.
    static func json(days: [CodeReport.OneDay], in workspace: Workspace) throws -> Response {
        try .json([
            "time_zone": .string(workspace.timeZone.identifier),
            "data": .array(days.map(JSON.init)),
        ])
    }
}
