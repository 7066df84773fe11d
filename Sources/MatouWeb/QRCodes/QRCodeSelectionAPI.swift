import HTTP
import Matou

/// What is done to several codes at once, under `/api/v1/qr-codes`.
struct QRCodeSelectionAPI: APIResource {
    let installation: Installation
    let pictures: CodePictures

    var schemas: [String: JSON] { QRCodeSelectionSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .post, "/qr-codes/deletions", delete, for: .editor,
                Operation(
                    summary: "Delete several codes.", body: "QRCodeSelection",
                    answer: .object("QRCodeDeletion")), bodyBytesMax: APIRoute.selectionBytesMax),
            APIRoute(
                .post, "/qr-codes/restorations", restore, for: .editor,
                Operation(
                    summary: "Bring back what you deleted at once.", body: "QRCodeRestoration",
                    answer: .object("QRCodeCount"), conflicts: [.nothingToUndo])),
            APIRoute(
                .post, "/qr-codes/moves", move, for: .editor,
                Operation(
                    summary: "Move several codes to a group, made if there is none of the name.",
                    body: "QRCodeMove", answer: .object("QRCodeBatchChange")),
                bodyBytesMax: APIRoute.selectionBytesMax),
            APIRoute(
                .post, "/qr-codes/taggings", tag, for: .editor,
                Operation(
                    summary: "Put tags on several codes and take tags off them, by name.",
                    body: "QRCodeTagging", answer: .object("QRCodeBatchChange")),
                bodyBytesMax: APIRoute.selectionBytesMax),
            APIRoute(
                .post, "/qr-codes/creation-attempts", retry, for: .editor,
                Operation(
                    summary: """
                        Ask WeChat again, in the background, for those of several codes whose \
                        creation failed.
                        """,
                    body: "QRCodeSelection", answer: .object("QRCodeCount", status: 202)),
                bodyBytesMax: APIRoute.selectionBytesMax),
            APIRoute(
                .post, "/qr-codes/undos", undo, for: .editor,
                Operation(
                    summary: "Take back a move or a tagging of yours, where no later change is.",
                    body: "QRCodeUndo", answer: .object("QRCodeCount"),
                    conflicts: [.nothingToUndo])),
            APIRoute(
                .post, "/qr-codes/images", images, for: .viewer,
                Operation(
                    summary: "Get the pictures of several codes as a ZIP, drawn while it is sent.",
                    query: CodePictures.parameters, body: "QRCodeSelection",
                    answer: .file(["application/zip"]), conflicts: [.designUnreadable]),
                bodyBytesMax: APIRoute.selectionBytesMax),
        ]
    }

    @Sendable private func delete(_ call: APICall) async throws -> Response {
        let deleted = try await installation.qrCodes.delete(
            try Self.selection(call), by: call.principal)
        return try .json([
            "count": JSON(deleted.count), "deleted_at": .string(deleted.at.rfc3339),
        ])
    }

    @Sendable private func restore(_ call: APICall) async throws -> Response {
        let time = try Self.time("deleted_at", call)
        let count = try await installation.qrCodes.restore(deletedAt: time, by: call.principal)
        return try .json(["count": JSON(count)])
    }

    @Sendable private func move(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let selection = QRCodeSelection(&body, for: call.principal)
        let group = body.text("group") ?? ""
        try body.check()
        return try .json(
            JSON(
                try await installation.qrCodes.move(
                    selection, toGroup: group, by: call.principal)))
    }

    @Sendable private func tag(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let selection = QRCodeSelection(&body, for: call.principal)
        let change = CodeTagChange(
            added: .init(
                contact: body.texts("add_contact_tags"), follower: body.texts("add_follower_tags")),
            removed: .init(
                contact: body.texts("remove_contact_tags"),
                follower: body.texts("remove_follower_tags")))
        try body.check()
        return try .json(
            JSON(try await installation.qrCodes.tag(selection, change, by: call.principal)))
    }

    @Sendable private func retry(_ call: APICall) async throws -> Response {
        let count = try await installation.qrCodes.retry(
            try Self.selection(call), by: call.principal)
        return try .json(["count": JSON(count)], status: .accepted)
    }

    @Sendable private func undo(_ call: APICall) async throws -> Response {
        let time = try Self.time("changed_at", call)
        let count = try await installation.qrCodes.undo(changedAt: time, by: call.principal)
        return try .json(["count": JSON(count)])
    }

    @Sendable private func images(_ call: APICall) async throws -> Response {
        let selection = try Self.selection(call)
        try selection.check()
        return try await CodePictureArchive(
            pictures: pictures, wish: try CodePictures.Wish(call.request.queryItems),
            looks: call.request.queryItems,
            qrCodes: installation.qrCodes, modified: installation.clock.now()
        ).response(of: selection, for: call.principal)
    }

    private static func time(_ name: String, _ call: APICall) throws -> Timestamp {
        var body = try JSONBody(call.request)
        let time = body.time(name)
        if time == nil { body.add(name, .required) }
        guard let time, body.faults.isEmpty else { throw Refusal.invalid(body.faults) }
        return time
    }

    private static func selection(_ call: APICall) throws -> QRCodeSelection {
        var body = try JSONBody(call.request)
        let selection = QRCodeSelection(&body, for: call.principal)
        try body.check()
        return selection
    }
}

extension JSON {
    fileprivate init(_ change: BatchChange) {
        self = [
            "count": JSON(change.count), "full": JSON(change.full),
            "changed_at": .string(change.at.rfc3339),
        ]
    }
}

extension QRCodeSelection {
    /// Reads `qr_code_ids`, or else `filter` with the members of the list's query.
    init(_ body: inout JSONBody, for principal: Principal) {
        if let ids = body.array("qr_code_ids") {
            if body.has("filter") { body.add("filter", .notWith("qr_code_ids")) }
            self = .codes(
                ids.enumerated().compactMap { index, id in
                    guard case .string(let text) = id else {
                        body.add("qr_code_ids.\(index)", .malformed)
                        return nil
                    }
                    return QRCode.ID(text)
                })
            return
        }
        guard case .object(let members)? = body.value(of: "filter") else {
            body.add("qr_code_ids", .required)
            self = .codes([])
            return
        }
        // A program that forgot its filter must not have all codes of every account.
        if members.isEmpty { body.add("filter", .required) }
        var inner = JSONBody(members: members)
        let filter = QRCodeFilter(&inner, for: principal)
        for fault in inner.faults { body.add("filter.\(fault.field)", fault.code) }
        self = .matching(filter)
    }
}

enum QRCodeSelectionSchemas {
    private typealias Common = CommonSchemas

    static let members: [String: JSON] = [
        "qr_code_ids": [
            "type": "array", "items": Common.text,
            "maxItems": JSON(QRCodeSelection.codesMax),
        ],
        "filter": Common.body(
            required: [],
            Dictionary(
                QRCodeFilter.parameters.map { ($0.name, $0.schema) },
                uniquingKeysWith: { first, _ in first })),
    ]

    static let all: [String: JSON] = [
        "QRCodeSelection": Common.body(required: [], members),
        "QRCodeMove": Common.body(
            required: [],
            members.merging(["group": Common.groupName]) { first, _ in first }),
        "QRCodeTagging": Common.body(
            required: [],
            members.merging([
                "add_contact_tags": Common.tagNames(max: ContactTag.perCodeMax),
                "remove_contact_tags": Common.tagNames(max: ContactTag.perCodeMax),
                "add_follower_tags": Common.tagNames(max: FollowerTag.perFollowerMax),
                "remove_follower_tags": Common.tagNames(max: FollowerTag.perFollowerMax),
            ]) { first, _ in first }),
        "QRCodeBatchChange": Common.object([
            "count": Common.count,
            "full": [
                "type": "integer",
                "description": "Codes that would have had too many tags and stay as they are.",
            ], "changed_at": Common.time,
        ]),
        "QRCodeUndo": Common.body(required: ["changed_at"], ["changed_at": Common.time]),
        "QRCodeRestoration": Common.body(required: ["deleted_at"], ["deleted_at": Common.time]),
        "QRCodeDeletion": Common.object(["count": Common.count, "deleted_at": Common.time]),
        "QRCodeCount": Common.object(["count": Common.count]),
    ]
}
