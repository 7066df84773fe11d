import HTTP

/// WeChat's interfaces of all products, by path.
enum WireAPI {
    /// The interfaces of one path, one for each product that has it.
    static let endpoints: [String: [Endpoint]] = Dictionary(
        grouping: OfficialAccountAPI.endpoints, by: \.path)

    static func endpoint(at path: String, of product: Product) -> Endpoint? {
        endpoints[path]?.first { $0.product == product }
    }

    /// The interface that a request means: the real host's, when `X-Original-Host` names it, else
    /// the product of the token's owner.
    static func endpoint(for request: Request, in world: World) -> Endpoint? {
        let candidates = endpoints[request.path] ?? []
        switch request.fields["X-Original-Host"]?.lowercased() {
        case "qyapi.weixin.qq.com": return candidates.first { $0.product == .weCom }
        case "mp.weixin.qq.com":
            return candidates.first { $0.path == "/cgi-bin/showqrcode" }
        case "api.weixin.qq.com":
            return candidates.first { $0.product != .weCom && $0.path != "/cgi-bin/showqrcode" }
        default:
            let owner = request.query("access_token").flatMap { world.product(ofToken: $0) }
            return candidates.first { $0.product == owner } ?? candidates.first
        }
    }
}

extension World {
    func product(ofToken token: String) -> Product? {
        index.tokenOwners[token] == nil ? nil : .officialAccount
    }
}

extension MockGateway {
    var wireRoutes: [Route] {
        WireAPI.endpoints.keys.sorted().flatMap { path in
            [Method.get, .post].map { method in
                Route.async(method, path, bodyBytesMax: Endpoint.bodyBytesMax) { request in
                    await self.answer(request)
                }
            }
        }
    }

    private func answer(_ request: Request) async -> Response {
        let (endpoint, effects) = change { world, _ in
            guard let endpoint = WireAPI.endpoint(for: request, in: world) else {
                return (nil as Endpoint?, [] as [Fault.Effect])
            }
            let appid = world.index.tokenOwners[request.query("access_token") ?? ""]
            let effects =
                world.settings.faults.isEmpty
                ? []
                : world.settings.faults.strike(request.path, of: appid ?? request.query("appid"))
            return (endpoint, effects)
        }
        guard let endpoint else { return .empty(.notFound) }
        if let response = await suffer(effects) { return response }
        let answer: Response
        do throws(Errcode) {
            answer = response(to: request, try call(endpoint, request))
        } catch {
            answer = errorResponse(error)
        }
        return effects.contains(.droppedConnection) ? .brokenOff : answer
    }

    /// Lets faults happen; an answer when one of them takes the call's place. A connection that
    /// drops does so after the call was done: the case that its caller cannot know.
    private func suffer(_ effects: [Fault.Effect]) async -> Response? {
        for effect in effects {
            switch effect {
            case .latency(let milliseconds): try? await Task.sleep(for: .milliseconds(milliseconds))
            case .errcode(let code): return errorResponse(Errcode(code: code))
            case .droppedConnection, .quota, .repeatedCallbacks, .reorderedCallbacks: continue
            }
        }
        return nil
    }

    private func call(_ endpoint: Endpoint, _ request: Request) throws(Errcode) -> APIAnswer {
        try endpoint.check(request.method)
        let json = endpoint.content == .json ? try? JSON(parsing: request.body) : .null
        let form = endpoint.content == .form ? try? request.form() : nil
        return try change { world, now throws(Errcode) in
            var appid = ""
            if endpoint.access != .open {
                let account = try world.authorize(request.query("access_token"), at: now)
                appid = account.appid
                guard endpoint.access == .token || account.isVerified else { throw .unauthorized }
                try world.countCall(of: endpoint.path, by: appid, at: now)
            }
            if endpoint.content == .json, request.body.isEmpty { throw .emptyPostData }
            guard let json, endpoint.content != .json || json.isObject else { throw .malformedData }
            let call = APICall(appid: appid, request: request, json: json, form: form, now: now)
            return try endpoint.answer(&world, call)
        }
    }

    private func response(to request: Request, _ answer: APIAnswer) -> Response {
        switch answer {
        case .json(let json): return .json(json.bytes, type: Self.jsonType)
        case .notFound: return .empty(.notFound)
        case .code(let text):
            guard let picture = CodePicture(of: text) else { return .empty(.notFound) }
            return .bytes(picture.png, type: "image/png")
        case .file(let file, let name):
            var response = Response.bytes(Array(file.bytes), type: file.format.contentType)
            let safe = name.filter { $0.isASCII && $0 != "\"" && $0 != "\\" && !$0.isNewline }
            response.fields["Content-Disposition"] = "attachment; filename=\"\(safe)\""
            return response
        }
    }

    /// `errmsg` ends in a request id, as WeChat's does: three groups of eight digits, the first the
    /// time.
    private func errorResponse(_ error: Errcode) -> Response {
        let id = change { world, now in
            let number = String(world.serial("refusal"))
            let time = String(now.seconds, radix: 16)
            let words = world.seed.hex(16, "rid", number)
            return "\(time)-\(words.prefix(8))-\(words.suffix(8))"
        }
        let json: JSON = [
            "errcode": JSON(error.code), "errmsg": .string("\(error.errmsg) rid: \(id)"),
        ]
        return .json(json.bytes, type: Self.jsonType)
    }

    /// WeChat says `encoding`, not `charset`.
    private static let jsonType = "application/json; encoding=utf-8"
}

/// The connection of an answer that breaks off.
private struct ConnectionLost: Error {}

extension Response {
    /// An answer that ends in its middle.
    fileprivate static let brokenOff = Response(
        .ok,
        body: .stream(length: 64) { writer in
            try await writer.write("{")
            throw ConnectionLost()
        })
}
