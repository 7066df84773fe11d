import HTTP

/// The interface under `/mock` that drives the people, the faults and the clock.
extension MockGateway {
    var controlRoutes: [Route] {
        accountRoutes + peopleRoutes + conditionRoutes
    }

    /// What a control handler answers.
    struct ControlAnswer: Sendable {
        var status = Status.ok
        var json: JSON

        init(_ json: JSON, status: Status = .ok) {
            self.json = json
            self.status = status
        }
    }

    /// A route that takes and gives JSON; a refusal becomes problem details (RFC 9457).
    func control(
        _ method: Method, _ pattern: String,
        _ handler: @escaping @Sendable (Request, JSON) async throws(Refusal) -> ControlAnswer
    ) -> Route {
        .async(method, pattern) { request in
            await Self.answer(request) { json throws(Refusal) in try await handler(request, json) }
        }
    }

    /// As above, for a pattern with a parameter.
    func control(
        _ method: Method, _ pattern: String,
        _ handler:
            @escaping @Sendable (Request, JSON, String) async throws(Refusal) -> ControlAnswer
    ) -> Route {
        .async(method, pattern) { (request, parameter: String) in
            await Self.answer(request) { json throws(Refusal) in
                try await handler(request, json, parameter)
            }
        }
    }

    private static func answer(
        _ request: Request, _ handler: (JSON) async throws(Refusal) -> ControlAnswer
    ) async -> Response {
        // What a GET carries means nothing (RFC 9110 §9.3.1).
        let isAbsent = request.body.isEmpty || request.method == .get
        guard let json = isAbsent ? [:] : try? JSON(parsing: request.body), json.isObject
        else { return problem(.badRequest, "The body is no JSON object.") }
        do throws(Refusal) {
            let answer = try await handler(json)
            return .json(answer.json.bytes, status: answer.status)
        } catch {
            return problem(error)
        }
    }

    private static func problem(_ refusal: Refusal) -> Response {
        switch refusal {
        case .invalid(let field, let reason):
            problem(.unprocessableContent, reason, field: field)
        case .missing(let what): problem(.notFound, what)
        case .conflict(let reason): problem(.conflict, reason)
        }
    }

    private static func problem(_ status: Status, _ detail: String, field: String? = nil)
        -> Response
    {
        let head: JSON = [
            "type": "about:blank", "title": .string(status.reason), "status": JSON(status.code),
            "detail": .string(detail),
        ]
        let errors = field.map {
            JSON.array([["field": .string($0), "code": "invalid", "message": .string(detail)]])
        }
        return .json(
            head.adding("errors", errors).bytes, status: status, type: "application/problem+json")
    }
}

extension JSON {
    /// A member that may be absent, but must be a text when it is there.
    func optionalText(_ name: String) throws(Refusal) -> String? {
        guard let value = self[name], value != .null else { return nil }
        guard let text = value.string else { throw .invalid(name, "\(name) must be a text.") }
        return text
    }

    func text(_ name: String) throws(Refusal) -> String {
        guard let text = try optionalText(name) else {
            throw .invalid(name, "\(name) is missing.")
        }
        return text
    }

    /// A member that may be absent, but must be a whole number in the range when it is there.
    func optionalInteger(_ name: String, in range: ClosedRange<Int64>) throws(Refusal) -> Int64? {
        guard let value = self[name], value != .null else { return nil }
        guard let integer = value.integer, range.contains(integer) else {
            throw .invalid(
                name, "\(name) must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return integer
    }

    func optionalBool(_ name: String) throws(Refusal) -> Bool? {
        guard let value = self[name], value != .null else { return nil }
        guard let bool = value.bool else { throw .invalid(name, "\(name) must be true or false.") }
        return bool
    }
}
