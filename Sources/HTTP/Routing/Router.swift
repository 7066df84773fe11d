/// Finds the route of a request, on the bytes of its path.
public struct Router: Sendable {
    public let routes: [Route]
    private let parameterNames: [[String]]
    private let patterns: [PathPattern]
    private let tree: RouteTree
    private let methods: Set<Method>

    /// - Throws: `RoutingError` for two routes of one method and shape, a pattern that is none, or a
    ///   handler that takes other than the pattern's parameters.
    public init(_ routes: [Route]) throws(RoutingError) {
        var tree = RouteTree()
        var patterns: [PathPattern] = []
        var methods: Set<Method> = [
            .get, .head, .post, .put, .patch, .delete, .options, Method("TRACE"),
        ]
        for (index, route) in routes.enumerated() {
            let pattern = try PathPattern(route.pattern)
            guard pattern.parameterNames.count == route.parameterCount else {
                throw .otherParameters(route.method, route.pattern, taken: route.parameterCount)
            }
            guard tree.insert(pattern.segments, route.method, index) else {
                throw .duplicate(route.method, route.pattern)
            }
            patterns.append(pattern)
            methods.insert(route.method)
        }
        self.routes = routes
        parameterNames = patterns.map(\.parameterNames)
        self.patterns = patterns.filter { !$0.parameterNames.isEmpty }
        self.tree = tree
        self.methods = methods
    }

    /// What a router has to say about a request's method and path.
    enum Finding {
        case route(Int, PathMatch)
        /// The path exists; these are its methods.
        case methodNotAllowed([Method])
        case options([Method])
        case notFound
        case notImplemented
    }

    /// The route that takes the request; nil without one.
    public func route(of request: Request) -> Route? {
        guard case .route(let index, _) = find(request) else { return nil }
        return routes[index]
    }

    func find(_ request: Request) -> Finding {
        let target = request.requestTarget
        let path = target.decodedPath
        // RFC 9112 §3.2.4: an absolute URI without a path asks about the server as well.
        if request.method == .options, target.path.isEmpty, target.query == nil {
            return .options(serverMethods)
        }
        guard !target.hidesSlash else { return .notFound }
        if path.first != UInt8(ascii: "/") {
            return request.method == .options ? .options(serverMethods) : .notFound
        }
        var ranges: [Range<Int>] = []
        let method = request.method
        if let index = tree.find(path, method, &ranges) { return found(index, ranges) }
        if method == .head, let index = tree.find(path, .get, &ranges) {
            return found(index, ranges)
        }
        guard methods.contains(method) else { return .notImplemented }
        var allowed = tree.methods(of: path)
        guard !allowed.isEmpty else { return .notFound }
        if allowed.contains(.get), !allowed.contains(.head) { allowed.append(.head) }
        if !allowed.contains(.options) { allowed.append(.options) }
        return method == .options ? .options(allowed) : .methodNotAllowed(allowed)
    }

    private func found(_ index: Int, _ ranges: [Range<Int>]) -> Finding {
        .route(index, PathMatch(names: parameterNames[index], ranges: ranges))
    }

    /// What stands at the parameters of routes that a path begins as, though none of them takes it: a
    /// secret of theirs may be among it.
    func likeness(of path: ArraySlice<UInt8>) -> PathMatch {
        var found = PathMatch.none
        for pattern in patterns {
            guard let ranges = pattern.ranges(atBeginningOf: path) else { continue }
            for (name, range) in zip(pattern.parameterNames, ranges)
            where !found.ranges.contains(range) || !found.names.contains(name) {
                found.names.append(name)
                found.ranges.append(range)
            }
        }
        return found
    }

    private var serverMethods: [Method] {
        var all = methods
        all.remove(Method("TRACE"))
        return all.sorted { $0.name < $1.name }
    }

    /// Answers without a socket: the matched handler's response, or 404, 405 with `Allow`, 204 to
    /// OPTIONS, 501.
    ///
    /// A `RequestFault` becomes its status, another error of a handler a 500 that says nothing of it.
    public func respond(to request: Request) async -> Response {
        switch find(request) {
        case .route(let index, let match):
            var request = request
            request.match = match
            do {
                return try await routes[index].handler.run(request)
            } catch let fault as any RequestFault {
                return .refusal(fault.status).refusing(fault)
            } catch {
                return .refusal(.internalServerError)
            }
        case .methodNotAllowed(let methods): return .methodNotAllowed(methods)
        case .options(let methods): return .options(methods)
        case .notFound: return .refusal(.notFound)
        case .notImplemented: return .refusal(.notImplemented)
        }
    }
}

extension Response {
    /// A short plain body for a status that the server itself gives.
    static func refusal(_ status: Status) -> Response {
        var response = text("\(status)\n", status: status)
        if status == .serviceUnavailable { response.fields["Retry-After"] = "1" }
        return response
    }

    static func methodNotAllowed(_ methods: [Method]) -> Response {
        var response = refusal(.methodNotAllowed)
        response.fields["Allow"] = allow(methods)
        return response
    }

    static func options(_ methods: [Method]) -> Response {
        Response(.noContent, fields: ["Allow": allow(methods)])
    }

    private static func allow(_ methods: [Method]) -> String {
        methods.map(\.name).joined(separator: ", ")
    }
}
