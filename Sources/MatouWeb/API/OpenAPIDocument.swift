import HTTP
import Matou

/// The API as an OpenAPI 3.1 document, made from the routes themselves, so that none is missing.
struct OpenAPIDocument: Sendable {
    let routes: [APIRoute]
    let schemas: [String: JSON]
    let serverURL: String

    var json: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Matou 码头", "version": "1",
                "description": """
                Official-account codes, what happened to them and who scanned them. \
                Send a token as `Authorization: Bearer …`. Times are RFC 3339 in UTC, ids are \
                opaque, errors are `application/problem+json` in the language that `Accept-Language` \
                prefers, else in English.
                """,
            ],
            "servers": [["url": .string(serverURL)]],
            "security": [["bearer": []]],
            "paths": paths,
            "components": [
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
                "schemas": .object(schemas.merging(CommonSchemas.all) { own, _ in own }),
                "responses": ["Problem": problem],
            ],
        ]
    }

    private var paths: JSON {
        var paths: [String: [String: JSON]] = [:]
        for route in routes {
            paths[APIRoute.prefix + route.path, default: [:]][route.method.name.lowercased()] =
                operation(route)
        }
        return .object(paths.mapValues(JSON.object))
    }

    private func operation(_ route: APIRoute) -> JSON {
        let operation = route.operation
        var members: [String: JSON] = [
            "summary": .string(operation.summary),
            "operationId": .string(name(of: route)),
            "tags": [.string(tag(of: route))],
            "description": .string(description(of: route)),
            "parameters": .array(parameters(of: route)),
            "responses": responses(of: route),
        ]
        if let body = operation.body {
            var content = binary(operation.fileBody)
            content["application/json"] = ["schema": reference(to: body)]
            if let file = operation.filePart {
                content["multipart/form-data"] = ["schema": form(of: body, with: file)]
            }
            members["requestBody"] = [
                "required": .bool(!operation.isBodyOptional), "content": .object(content),
            ]
        }
        if !operation.upload.isEmpty {
            members["requestBody"] = [
                "required": true, "content": .object(binary(operation.upload)),
            ]
        }
        return .object(members)
    }

    private func form(of body: String, with file: String) -> JSON {
        [
            "type": "object", "required": ["settings", .string(file)],
            "properties": .object([
                "settings": reference(to: body),
                file: ["type": "string", "format": "binary"],
            ]),
        ]
    }

    private func binary(_ types: [String]) -> [String: JSON] {
        Dictionary(
            uniqueKeysWithValues: types.map {
                ($0, ["schema": ["type": "string", "format": "binary"]])
            })
    }

    private func parameters(of route: APIRoute) -> [JSON] {
        var parameters: [JSON] = pathParameters(of: route).map { name in
            let known = route.operation.path.first { $0.name == name }
            return parameter(
                name, in: "path", known?.meaning ?? "The id.",
                known?.schema ?? ["type": "string"], isRequired: true)
        }
        parameters += route.operation.query.map {
            parameter($0.name, in: "query", $0.meaning, $0.schema)
        }
        if route.operation.isIdempotent {
            parameters.append(
                parameter(
                    "Idempotency-Key", in: "header",
                    "Repeats with the same key make nothing new, for a day.",
                    [
                        "type": "string", "minLength": 1,
                        "maxLength": JSON(IdempotencyKey.lengthLimit),
                    ]))
        }
        if route.operation.isConditional {
            let (name, meaning) =
                route.method.isSafe
                ? ("If-None-Match", "The ETag of the answer that you have.")
                : ("If-Match", "The ETag that the change was made on.")
            parameters.append(parameter(name, in: "header", meaning, ["type": "string"]))
        }
        return parameters
    }

    private func parameter(
        _ name: String, in place: String, _ meaning: String, _ schema: JSON,
        isRequired: Bool = false
    ) -> JSON {
        [
            "name": .string(name), "in": .string(place), "description": .string(meaning),
            "required": .bool(isRequired), "schema": schema,
        ]
    }

    private func responses(of route: APIRoute) -> JSON {
        var responses: [String: JSON] = [:]
        switch route.operation.answer {
        case .object(let schema, let status):
            responses[String(status)] = content(reference(to: schema))
            // What is known already is not made again.
            if !route.operation.upload.isEmpty { responses["200"] = content(reference(to: schema)) }
        case .list(let schema):
            responses["200"] = content([
                "type": "object", "required": ["data", "next_cursor"],
                "properties": [
                    "data": ["type": "array", "items": reference(to: schema)],
                    "next_cursor": ["type": ["string", "null"]],
                ],
            ])
        case .picture:
            responses["200"] = [
                "description": "The picture.",
                "content": [
                    "image/png": ["schema": ["type": "string", "format": "binary"]],
                    "image/svg+xml": ["schema": ["type": "string"]],
                ],
            ]
        case .file(let types):
            let content = JSON.object(binary(types))
            responses["200"] = ["description": "The file.", "content": content]
            responses["206"] = ["description": "The part of it in `Range`.", "content": content]
        case .nothing: responses["204"] = ["description": "Done."]
        }
        if route.method.isSafe, route.operation.isConditional {
            responses["304"] = ["description": "You have it: its ETag is among yours."]
        }
        for status in problems(of: route).map(String.init) + ["default"] {
            responses[status] = ["$ref": "#/components/responses/Problem"]
        }
        return .object(responses)
    }

    /// The problems of the route itself. What the server refuses of any request, such as one too
    /// long, is the default.
    private func problems(of route: APIRoute) -> [Int] {
        let operation = route.operation
        var statuses = [400, 401, 413, 422, 500, 503]
        if route.role > .viewer { statuses.append(403) }
        if !pathParameters(of: route).isEmpty { statuses.append(404) }
        if operation.takesBody { statuses.append(415) }
        // A repeat may come after what the first made was deleted; a body may name another object.
        if operation.asksWeChat { statuses.append(502) }
        if operation.isIdempotent { statuses.append(404) }
        if !conflicts(of: operation).isEmpty { statuses.append(409) }
        if operation.isConditional { statuses.append(412) }
        if case .file = operation.answer { statuses.append(416) }
        return statuses
    }

    private func conflicts(of operation: Operation) -> [Conflict] {
        operation.conflicts + (operation.isIdempotent ? [.idempotencyKeyReused] : [])
    }

    private func description(of route: APIRoute) -> String {
        let conflicts = conflicts(of: route.operation).map { "`\($0.rawValue)`" }
        return "Needs the role `\(route.role.rawValue)`." + bodyLimit(of: route)
            + (conflicts.isEmpty ? "" : " Answers 409 as \(conflicts.joined(separator: ", ")).")
    }

    private func bodyLimit(of route: APIRoute) -> String {
        guard route.operation.takesBody else { return "" }
        let bytes = route.bodyBytesMax
        let size = bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
        return " Takes a body of at most \(size)."
    }

    private func content(_ schema: JSON) -> JSON {
        ["description": "The answer.", "content": ["application/json": ["schema": schema]]]
    }

    private var problem: JSON {
        [
            "description": "What is wrong, and where.",
            "content": ["application/problem+json": ["schema": reference(to: "Problem")]],
        ]
    }

    private func reference(to schema: String) -> JSON {
        ["$ref": .string("#/components/schemas/\(schema)")]
    }

    private func pathParameters(of route: APIRoute) -> [String] {
        route.path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
    }

    private func tag(of route: APIRoute) -> String {
        route.path.split(separator: "/").first.map(String.init) ?? ""
    }

    /// `get_qr_codes_id_scanners`: unique, because method and path are.
    private func name(of route: APIRoute) -> String {
        let words = route.path.split(whereSeparator: { "/-{}".contains($0) })
        return ([route.method.name.lowercased()] + words.map(String.init)).joined(separator: "_")
    }
}
