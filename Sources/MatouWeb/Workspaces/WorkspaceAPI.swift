import Foundation
import HTTP
import Matou

/// `/api/v1/workspace`: the one that the token acts in.
struct WorkspaceAPI: APIResource {
    let installation: Installation

    var schemas: [String: JSON] { WorkspaceSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .get, "/workspace", show, for: .viewer,
                Operation(
                    summary: "Show the workspace that the token acts in.",
                    answer: .object("Workspace"))),
            APIRoute(
                .patch, "/workspace", change, for: .owner,
                Operation(
                    summary: """
                        Give the workspace another name or time zone, or say whether it keeps the \
                        profiles of followers who leave. What happened before is moved to the days \
                        of the zone in the background.
                        """, body: "WorkspaceChange",
                    answer: .object("Workspace"))),
        ]
    }

    @Sendable private func show(_ call: APICall) async throws -> Response {
        let workspace = try await installation.workspace(of: call.principal)
        return try .json([
            "id": .string(workspace.id.text), "name": .string(workspace.name),
            "time_zone": .string(workspace.timeZone.identifier),
            "keeps_profiles": .bool(
                try await installation.workspaces.keepsProfiles(for: call.principal)),
            "days_moved": try await installation.workspaces.movedDays(for: call.principal)
                .map { JSON(Int($0 * 100)) } ?? .null,
        ])
    }

    @Sendable private func change(_ call: APICall) async throws -> Response {
        var body = try JSONBody(call.request)
        let name = body.text("name")
        let zone = body.text("time_zone")
        let keepsProfiles = body.bool("keeps_profiles")
        if name == nil, zone == nil, keepsProfiles == nil { body.add("name", .required) }
        try body.check()
        if let zone {
            try await installation.workspaces.changeTimeZone(to: zone, by: call.principal)
        }
        if let name { try await installation.workspaces.rename(to: name, by: call.principal) }
        if let keepsProfiles {
            try await installation.workspaces.keepProfiles(keepsProfiles, by: call.principal)
        }
        return try await show(call)
    }
}

enum WorkspaceSchemas {
    private typealias Common = CommonSchemas

    private static let keepsProfiles: JSON = [
        "type": "boolean",
        "description":
            "Whether a follower's union id is kept when they leave; otherwise it is erased, as WeChat demands.",
    ]

    static let all: [String: JSON] = [
        "Workspace": Common.object([
            "id": Common.text, "name": Common.text,
            "time_zone": [
                "type": "string", "description": "The IANA zone in which its days begin.",
            ],
            "keeps_profiles": keepsProfiles,
            "days_moved": [
                "type": ["integer", "null"], "minimum": 0, "maximum": 100,
                "description":
                    "Percent of the days that have been moved to a zone that was chosen; null for all.",
            ],
        ]),
        "WorkspaceChange": Common.body(
            required: [],
            [
                "name": Common.text, "time_zone": Common.text, "keeps_profiles": keepsProfiles,
            ]),
    ]
}
