import HTTP
import Logging
import Matou

/// One line of a resource's table: method, path, who may, and what the published document says of it.
/// What the handler takes behind the call are the path's parameters.
struct APIRoute: Sendable {
    static let prefix = "/api/v1"
    /// Three replies of 2048 bytes, each byte escaped, with room to spare.
    static let bodyBytesMax = 64 << 10
    /// As many ids as a selection takes.
    static let selectionBytesMax = 1 << 20
    /// A file of names, with each of its bytes escaped at worst.
    static let fileBytesMax = 2 * Import.bytesMax

    let method: Method
    /// Below the prefix.
    let path: String
    let role: Role
    let operation: Operation
    let bodyBytesMax: Int
    let handler: RouteHandler<APICall>

    init<each Value: ParameterValue>(
        _ method: Method, _ path: String,
        _ handler: @escaping @Sendable (APICall, repeat each Value) async throws -> Response,
        for role: Role, _ operation: Operation, bodyBytesMax: Int? = nil
    ) {
        self.method = method
        self.path = path
        self.role = role
        self.operation = operation
        self.bodyBytesMax =
            bodyBytesMax ?? (operation.upload.isEmpty ? Self.bodyBytesMax : Material.bytesMax)
        self.handler = RouteHandler(handler)
    }
}

/// A request of a bearer whom the gate has let in.
struct APICall: Sendable {
    let request: Request
    let principal: Principal
    let locales: Locales
}

/// Some resources of the API.
protocol APIResource: Sendable {
    var routes: [APIRoute] { get }
    /// What its bodies and answers are, by the names that the routes use.
    var schemas: [String: JSON] { get }
}

/// Lets bearers in, and makes problems of what is thrown: `answer` around the steps of `admit`, as the
/// `Gatekeeper` does for pages.
struct APIGate: Sendable {
    let tokens: APITokens
    let locales: Locales
    let logger: Logger

    func route(_ line: APIRoute) -> Route {
        let path = APIRoute.prefix + line.path
        let isFile = !line.operation.upload.isEmpty
        guard line.bodyBytesMax > APIRoute.bodyBytesMax else {
            return .async(line.method, path, bodyBytesMax: line.bodyBytesMax, of: line.handler) {
                request, handler in
                await answer(request) { try await admit(request, line, handler) }
            }
        }
        // Begins with the head: what a stranger sends is not taken.
        // Of a file more is read than is taken, so that the answer can say what is wrong with it.
        let readBytesMax = isFile ? PageRoute.uploadBytesMax : line.bodyBytesMax
        return .upload(line.method, path, bodyBytesMax: readBytesMax, of: line.handler) {
            request, handler in
            await answer(request) {
                try await admit(request, line, handler, collecting: !isFile)
            }
        }
    }

    /// The way in of a program: token, role, query, fields, body, handler, conditions.
    ///
    /// - Parameter collecting: whether the handler wants the body whole.
    private func admit(
        _ request: Request, _ line: APIRoute, _ handler: RouteHandler<APICall>,
        collecting: Bool = false
    ) async throws -> Response {
        guard let principal = try await principal(of: request) else {
            return Problem(.unauthorized, locales, to: request).response
        }
        try principal.require(line.role)
        try line.operation.checkQuery(of: request)
        try line.operation.checkFields(of: request)
        try line.operation.checkCoding(of: request)
        let request = collecting ? try await request.collectingUpload() : request
        let call = APICall(request: request, principal: principal, locales: locales)
        do {
            return try await handler(call, request).unlessKnown(to: request)
        } catch let refusal as Refusal {
            // Who waits to be told to send is not told: reading would be that.
            if request.fields["expect"] == nil { try await request.upload?.discard() }
            throw refusal
        }
    }

    private func principal(of request: Request) async throws -> Principal? {
        guard let value = request.fields["authorization"] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return try await tokens.principal(of: SecretToken(text: String(parts[1])))
    }

    private func answer(
        _ request: Request, _ body: () async throws -> Response
    ) async -> Response {
        var response: Response
        do {
            guard !request.target.contains("%00") else { throw FormError.holdsNUL }
            response = try await body()
        } catch let refusal as Refusal {
            response = Problem(refusal, locales, to: request).response
        } catch let error as BodyError {
            response = Problem(error, locales, to: request).response
        } catch is UnknownPath {
            response = Problem(.missing, locales, to: request).response
        } catch let fault as any RequestFault {
            response = Problem(status: fault.status, locales, to: request).response.refusing(fault)
        } catch is ConnectionLost {
            // Nobody is there to read it.
            response = Problem(.badRequest, locales, to: request).response
        } catch let refusal as WeChatRefusal {
            response = Problem(refusal, locales, to: request).response
        } catch {
            logger.failed("an API call failed", error, request)
            response = Problem(.internal, locales, to: request).response
        }
        response.fields["X-Content-Type-Options"] = "nosniff"
        // What has a tag may be kept, if it is asked about each time.
        response.fields["Cache-Control"] =
            response.fields["ETag"] == nil ? "no-store" : "private, no-cache"
        return response
    }
}

extension APICall {
    /// `limit` and `cursor` of a list in the order `sort`.
    ///
    /// - Throws: `Refusal.invalid`, also for another order and for its cursor.
    func paging(sort: String) throws(Refusal) -> (limit: Int, cursor: Cursor?) {
        if let asked = request.query("sort"), asked != sort {
            throw .invalid("sort", .notOneOf([sort]))
        }
        var limit = PageLimit.standard
        if let text = request.query("limit") {
            guard let number = Int(text), PageLimit.range.contains(number) else {
                throw .invalid(
                    "limit",
                    .outOfRange(
                        lower: PageLimit.range.lowerBound, upper: PageLimit.range.upperBound))
            }
            limit = number
        }
        guard let text = request.query("cursor") else { return (limit, nil) }
        guard let cursor = Cursor(text: text, sort: sort) else {
            throw .invalid("cursor", .malformed)
        }
        return (limit, cursor)
    }

    /// A query parameter as a value; nil when it is not there.
    ///
    /// - Throws: `Refusal.invalid` for what is no such value.
    func query<Value: ParameterValue>(
        _ name: String, as _: Value.Type = Value.self
    ) throws(Refusal) -> Value? {
        do {
            return try request.query(name, as: Value.self)
        } catch {
            throw .invalid(error.name, .malformed)
        }
    }

    /// A query parameter that takes one of a few words.
    ///
    /// - Throws: `Refusal.invalid` for another word.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, as _: Choice.Type = Choice.self
    ) throws(Refusal) -> Choice? where Choice.RawValue == String {
        guard let text = request.query(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .invalid(name, .notOneOf(Choice.allCases.map(\.rawValue)))
        }
        return choice
    }

    /// The `Idempotency-Key` of a POST, tied to what it asks.
    func idempotencyKey() throws(Refusal) -> IdempotencyKey? {
        guard let key = request.fields["idempotency-key"] else { return nil }
        let body = String(decoding: request.body, as: UTF8.self)
        return try IdempotencyKey(key, request: "\(request.method.name) \(request.path)\n\(body)")
    }
}

extension Response {
    static func json(_ value: JSON, status: Status = .ok, version: Int? = nil) throws -> Response {
        let bytes = try value.bytes()
        var response = Response.json(bytes, status: status)
        if let version {
            response.fields["ETag"] = EntityTag(of: bytes, version: version).fieldValue
        }
        return response
    }

    /// The answer with the address of what was made, a path below the API's prefix.
    func located(at path: String) -> Response {
        var response = self
        response.fields["Location"] = APIRoute.prefix + path
        return response
    }

    /// `{"data": […], "next_cursor": …}`.
    static func list(_ elements: [JSON], next: Cursor?) throws -> Response {
        try .json(["data": .array(elements), "next_cursor": JSON(next?.text)])
    }
}
