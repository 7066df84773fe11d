import Foundation
import HTTP
import Matou

/// `/api/v1/me`: whose token it is.
struct MeAPI: APIResource {
    let installation: Installation

    var schemas: [String: JSON] { MeSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .get, "/me", show, for: .viewer,
                Operation(
                    summary: "Get the token that asks, its workspace, and the member who made it.",
                    answer: .object("Me")))
        ]
    }

    @Sendable private func show(_ call: APICall) async throws -> Response {
        let token = try await installation.tokens.find(
            APIToken.ID(call.principal.actor), for: call.principal)
        let workspace = try await installation.workspace(of: call.principal)
        let member = try await installation.members.find(
            User.ID(token.createdBy), for: call.principal)
        return try .json([
            "token": JSON(token),
            "workspace": [
                "id": .string(workspace.id.text), "name": .string(workspace.name),
                "time_zone": .string(workspace.timeZone.identifier),
            ],
            "member": member.map { JSON($0) } ?? .null,
        ])
    }
}

enum MeSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Me": Common.object([
            "token": ["$ref": "#/components/schemas/Token"],
            "workspace": Common.object([
                "id": Common.text, "name": Common.text, "time_zone": Common.text,
            ]),
            "member": [
                "description": "Null for a token that the operator, or another token, made.",
                "oneOf": [["$ref": "#/components/schemas/Member"], ["type": "null"]],
            ],
        ])
    ]
}

extension Principal {
    /// Whom a list is narrowed to by its `created_by`: an id, or `me` for who asks.
    func creator(named text: String?) -> String? { text == "me" ? actor : text }
}
