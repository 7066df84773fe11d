import HTTP
import Matou

/// `/api/v1/stats`, the figures of an account; and the rows that make a figure.
struct FigureAPI: APIResource {
    let installation: Installation

    var schemas: [String: JSON] { FigureSchemas.all }

    var routes: [APIRoute] {
        let paging = Operation.Parameter.paging
        let days = [
            Operation.Parameter(
                name: "from", meaning: "The first day; all time if both are left out.",
                schema: ["type": "string", "format": "date"]),
            Operation.Parameter(
                name: "to", meaning: "The last day.",
                schema: ["type": "string", "format": "date"]),
        ]
        let figure = Operation.Parameter.choice(
            "metric", "Which figure, as its page defines it.", Metric.allCases.map(\.rawValue))
        return [
            APIRoute(
                .get, "/stats", stats, for: .viewer,
                Operation(
                    summary: "Get the figures of an account, summed over its codes.",
                    query: [.text("account_id", "Which account; required.")],
                    answer: .object("Stats"))),
            APIRoute(
                .get, "/stats/days", daily, for: .viewer,
                Operation(
                    summary:
                        "Get the figures of an account by day, without gaps; the last 30 days if not told.",
                    query: [.text("account_id", "Which account; required.")]
                        + ReportDays.parameters,
                    answer: .object("CodeDays"))),
            APIRoute(
                .get, "/stats/{metric}", ofAccount, for: .viewer,
                Operation(
                    summary: "List the codes that make a figure of an account.", path: [figure],
                    query: [.text("account_id", "Which account; required.")] + days + paging,
                    answer: .list(of: "CodeShare"))),
            APIRoute(
                .get, "/qr-codes/{id}/figures/{metric}", ofCode, for: .viewer,
                Operation(
                    summary: "List the rows that make a figure of a code: as many as it says.",
                    path: [figure], query: days + paging, answer: .list(of: "FigureRow"))),
        ]
    }

    @Sendable private func stats(_ call: APICall) async throws -> Response {
        let account = try await account(call)
        let totals = try await installation.stats.totals(of: account, for: call.principal)
        return try .json(["account_id": .string(account.text), "counts": JSON(totals)])
    }

    @Sendable private func daily(_ call: APICall) async throws -> Response {
        let account = try await account(call)
        let workspace = try await installation.workspace(of: call.principal)
        let days = try ReportDays(
            from: call.query("from"), to: call.query("to"),
            today: installation.clock.now().day(in: workspace.timeZone))
        return try .json(
            days: try await installation.stats.days(of: account, days, for: call.principal),
            in: workspace)
    }

    @Sendable private func ofAccount(_ call: APICall, _ metric: Metric) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: metric.rawValue)
        let (_, shares) = try await installation.stats.shares(
            of: FigureFilter(metric, from: call.query("from"), to: call.query("to")),
            on: try await account(call), after: cursor, limit: limit, for: call.principal)
        return try .list(
            shares.elements.map { share in
                [
                    "code_id": .string(share.code.text), "name": .string(share.name),
                    "deleted": .bool(share.isDeleted), "figure": JSON(share.figure),
                ]
            }, next: shares.next)
    }

    @Sendable private func ofCode(
        _ call: APICall, _ id: QRCode.ID, _ metric: Metric
    ) async throws -> Response {
        let (limit, cursor) = try call.paging(sort: FigurePage.sort)
        let page = try await installation.stats.figure(
            FigureFilter(metric, from: call.query("from"), to: call.query("to")),
            of: id, after: cursor,
            limit: limit, for: call.principal)
        return try .list(page.rows.elements.map { JSON($0, call.locales) }, next: page.rows.next)
    }

    private func account(_ call: APICall) async throws -> Account.ID {
        guard let id: Account.ID = try call.query("account_id") else {
            throw Refusal.invalid("account_id", .required)
        }
        do {
            return try await installation.accounts.find(id, for: call.principal).id
        } catch Refusal.missing {
            throw Refusal.invalid("account_id", .unknown)
        }
    }
}

extension JSON {
    init(_ row: FigureRow, _ locales: Locales) {
        self = [
            "openid": .string(row.openid), "name": JSON(row.name), "at": .string(row.at.rfc3339),
            "kind": JSON(row.kind?.rawValue), "code_state": JSON(row.codeState?.rawValue),
            "reply_status": JSON(row.reply?.rawValue), "failure": JSON(row.fault, locales),
        ]
    }
}

enum FigureSchemas {
    private typealias Common = CommonSchemas

    static let all: [String: JSON] = [
        "Stats": Common.object([
            "account_id": Common.text, "counts": QRCodeSchemas.allCounts,
        ]),
        "CodeShare": Common.object([
            "code_id": Common.text, "name": Common.text, "deleted": ["type": "boolean"],
            "figure": ["type": "integer"],
        ]),
        "FigureRow": Common.object([
            "openid": Common.text, "name": Common.optionalText, "at": Common.time,
            "kind": Common.optionalText, "code_state": Common.optionalText,
            "reply_status": Common.optionalText,
            "failure": ["$ref": "#/components/schemas/Fault"],
        ]),
    ]
}
