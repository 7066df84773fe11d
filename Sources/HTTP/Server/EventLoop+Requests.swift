import Synchronization

extension EventLoop {
    /// Turns the head that was just read into a request, and decides what happens to it before its
    /// body is read.
    ///
    /// - Parameter bytes: What has come, with the head in front of `position`.
    func begin(
        _ connection: Connection, _ head: RequestHead, _ bytes: UnsafeBufferPointer<UInt8>,
        _ position: inout Int
    ) {
        guard let target = RequestTarget(head.target, in: head.bytes) else {
            return refuse(connection, .badRequest, unread: head.bytes)
        }
        requestCount &+= 1
        connection.requestCount += 1
        var exchange = Exchange(
            request: Request(
                method: head.method, target: target,
                fields: Fields(bytes: head.bytes, lines: head.lines),
                origin: .connection(
                    connection.peer, trustedProxies: connection.trustedProxies),
                // Odd, so that no number comes twice.
                number: firstRequestNumber &+ requestCount &* 0x9e37_79b9_7f4a_7c15),
            isHead: head.method == .head, minorVersion: head.minorVersion,
            isPersistent: head.isPersistent
                && connection.requestCount < limits.requestsPerConnectionMax,
            asksToClose: !head.isPersistent, startNanoseconds: turnNanoseconds)
        guard head.expectation != .unknown else {
            return refuse(connection, .expectationFailed, request: exchange.request)
        }
        switch state.router.find(exchange.request) {
        case .route(let route, let match):
            exchange.request.match = match
            if case .length(let length) = head.framing, length <= bytes.count - position,
                length <= countMax(route), !state.router.routes[route].streamsUpload
            {
                // The usual case: a body that came with its head.
                exchange.request.body = Array(bytes[position..<(position + length)])
                position += length
                dispatch(connection, exchange, route)
            } else {
                begin(connection, exchange, head, route, isFollowed: position < bytes.count)
            }
        case .notFound: beginRefusal(connection, exchange, head, .refusal(.notFound))
        case .notImplemented: beginRefusal(connection, exchange, head, .refusal(.notImplemented))
        case .methodNotAllowed(let methods):
            beginRefusal(connection, exchange, head, .methodNotAllowed(methods))
        case .options(let methods): beginRefusal(connection, exchange, head, .options(methods))
        }
    }

    private func countMax(_ route: Int) -> Int {
        state.router.routes[route].bodyBytesMax ?? limits.bodyBytesMax
    }

    private func begin(
        _ connection: Connection, _ exchange: Exchange, _ head: RequestHead, _ route: Int,
        isFollowed: Bool
    ) {
        let countMax = countMax(route)
        if case .length(let length) = head.framing, length > countMax {
            return refuse(connection, .contentTooLarge, request: exchange.request)
        }
        if state.router.routes[route].streamsUpload {
            return beginUpload(connection, exchange, head, route, isFollowed: isFollowed)
        }
        guard
            let body = RequestBody(
                head.framing, to: .buffer([]), room: BodyRoom(in: state.bodies),
                countMax: countMax, now: now)
        else {
            return dispatch(connection, exchange, route)
        }
        if head.expectation == .proceed, !isFollowed { invite() }
        read(body, connection, exchange, .route(route))
    }

    /// Starts the handler with the head, and hands it the body as it comes.
    private func beginUpload(
        _ connection: Connection, _ exchange: Exchange, _ head: RequestHead, _ route: Int,
        isFollowed: Bool
    ) {
        let token = connection.token
        let awaitsInvitation = head.expectation == .proceed && !isFollowed
        let pipe = BodyPipe(bytesMax: limits.bufferedUploadBytesMax, isShut: awaitsInvitation) {
            [mailbox] in mailbox.post(.resumeUpload(token))
        }
        var exchange = exchange
        exchange.request.upload = BodyStream(pipe: pipe, budget: state.bodies)
        guard
            let body = RequestBody(
                head.framing, to: .upload(pipe), countMax: countMax(route), now: now)
        else {
            pipe.finish(throwing: nil)
            return dispatch(connection, exchange, route)
        }
        dispatch(connection, exchange, route)
        guard connection.phase == .handling else { return pipe.finish(throwing: ConnectionLost()) }
        connection.phase = .body
        connection.body = body
        connection.isUploadFull = awaitsInvitation
        connection.awaitsInvitation = awaitsInvitation
    }

    /// The reader of an upload wants more of it.
    func resumeUpload(_ connection: Connection) {
        guard connection.isUploadFull else { return }
        connection.isUploadFull = false
        let count = connection.body?.count ?? 0
        connection.body?.pace.resume(at: count, now: now)
        if connection.awaitsInvitation { invite() }
        connection.awaitsInvitation = false
        processInput(connection)
        settle(connection)
    }

    /// Tells a client that waits for it to send its body (RFC 9110 §10.1.1).
    private func invite() { out.append(ascii: "HTTP/1.1 100 Continue\r\n\r\n") }

    /// An answer that no handler gives. A body is read past if it is short, otherwise the
    /// connection ends.
    private func beginRefusal(
        _ connection: Connection, _ exchange: Exchange, _ head: RequestHead, _ response: Response
    ) {
        let countMax = RequestBody.discardedBytesMax
        var exchange = exchange
        exchange.request.match = state.router.likeness(
            of: exchange.request.requestTarget.decodedPath)
        var isLong = head.expectation == .proceed && head.framing != .none
        if case .length(let length) = head.framing, length > countMax { isLong = true }
        if isLong {
            exchange.isPersistent = false
            connection.lingers = true
        }
        guard !isLong,
            let body = RequestBody(head.framing, to: .nowhere, countMax: countMax, now: now)
        else { return respond(connection, exchange, state.refined(response, exchange.request)) }
        read(body, connection, exchange, .answer(response))
    }

    private func read(
        _ body: RequestBody, _ connection: Connection, _ exchange: Exchange, _ next: Exchange.Next
    ) {
        connection.phase = .body
        connection.body = body
        connection.exchange = exchange
        connection.exchange?.next = next
    }

    func completeBody(_ connection: Connection) {
        guard var body = connection.body, var exchange = connection.exchange else { return }
        connection.body = nil
        if let upload = body.upload {
            connection.phase = .handling
            return upload.finish(throwing: nil)
        }
        connection.exchange = nil
        connection.phase = .head
        exchange.request.body = body.takeBytes()
        exchange.request.room = body.room
        switch exchange.next {
        case .route(let route): dispatch(connection, exchange, route)
        case .answer(let response):
            respond(connection, exchange, state.refined(response, exchange.request))
        case nil: break
        }
    }

    func dispatch(_ connection: Connection, _ exchange: Exchange, _ route: Int) {
        switch state.router.routes[route].handler {
        case .inline(let handler):
            let response: Response
            do throws(UnknownPath) {
                response = try handler(exchange.request)
            } catch {
                response = state.refined(.refusal(error.status), exchange.request)
            }
            if response.isCompressible, state.configuration.compressesText {
                compress(connection, exchange, response)
            } else {
                respond(connection, exchange, response)
            }
        case .offloaded(let handler):
            start(connection, exchange, handler)
        case .deferred(let handler):
            start(connection, exchange, deferring: handler)
        }
    }

    /// Compresses an inline handler's answer off the loop, if the client wants that and there is
    /// room: it takes longer than an inline handler may.
    private func compress(_ connection: Connection, _ exchange: Exchange, _ response: Response) {
        let pending = state.pendingHandlers.load(ordering: .relaxed)
        if Gzip.isAccepted(by: exchange.request.fields), pending < limits.pendingHandlersMax {
            start(connection, exchange) { _ in response }
        } else {
            respond(connection, exchange, response.varying)
        }
    }

    /// Runs a handler on Swift's own threads; its answer comes back through the mailbox.
    private func start(
        _ connection: Connection, _ exchange: Exchange,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        let isUpload = exchange.request.upload != nil
        guard state.beginHandling(isUpload: isUpload) else {
            return refuseForLack(connection, exchange, isUpload: isUpload)
        }
        connection.phase = .handling
        connection.exchange = exchange
        let token = connection.token
        connection.handler = Task { [state, mailbox, request = exchange.request] in
            var response: Response
            do {
                response = try await handler(request)
                if state.configuration.compressesText {
                    response = response.compressed(for: request.fields)
                }
            } catch {
                response = state.answer(error, to: request)
            }
            state.endHandling(isUpload: isUpload)
            mailbox.post(.respond(token, response))
        }
    }

    /// Runs a handler on the loop, whose answer comes through the mailbox from wherever it is known.
    private func start(
        _ connection: Connection, _ exchange: Exchange,
        deferring handler: @Sendable (Request, PendingResponse) throws(UnknownPath) -> Void
    ) {
        guard state.beginHandling(isUpload: false) else {
            return refuseForLack(connection, exchange, isUpload: false)
        }
        connection.phase = .handling
        connection.exchange = exchange
        let token = connection.token
        let pending = PendingResponse { [state, mailbox, request = exchange.request] result in
            let response: Response
            switch result {
            case .success(let answer): response = answer
            case .failure(let error): response = state.answer(error, to: request)
            }
            state.endHandling(isUpload: false)
            mailbox.post(.respond(token, response))
        }
        do throws(UnknownPath) {
            try handler(exchange.request, pending)
        } catch {
            pending.complete(.failure(error))
        }
    }

    /// There are enough handlers at work already.
    private func refuseForLack(
        _ connection: Connection, _ exchange: Exchange, isUpload: Bool
    ) {
        var exchange = exchange
        if isUpload {
            // Its body follows, which must not be read as a request.
            exchange.isPersistent = false
            connection.lingers = true
        }
        var response = state.refined(.refusal(.serviceUnavailable), exchange.request)
        response.fields["Retry-After"] = "1"
        countRefusal(.serviceUnavailable)
        respond(connection, exchange, response)
    }

    /// A handler's answer has come back.
    func finishHandling(_ connection: Connection, _ response: Response) {
        guard var exchange = connection.exchange else { return }
        switch connection.phase {
        case .handling: break
        case .body where connection.body?.upload != nil:
            // It has answered without reading the whole upload.
            exchange.isPersistent = false
            connection.lingers = true
            connection.body?.upload?.finish(throwing: ConnectionLost())
            connection.body = nil
            connection.isUploadFull = false
            connection.awaitsInvitation = false
        default: return
        }
        connection.handler = nil
        connection.isAbandoned = false
        connection.exchange = nil
        connection.phase = .head
        respond(connection, exchange, response)
        processInput(connection)
        settle(connection)
    }
}
