import HTTP

extension MockGateway {
    /// Pushes a callback to the account's server, as often as it takes, and shows the fan what was
    /// answered.
    ///
    /// Every delivery has the same body; timestamp, nonce and signature are new each time.
    @discardableResult
    func push(_ callback: Callback) async -> Delivery {
        let delivery = await deliver(callback)
        deliveries.add(delivery)
        return delivery
    }

    /// Without waiting for the end of it.
    func pushLater(_ callback: Callback) {
        Task { await push(callback) }
    }

    private func deliver(_ callback: Callback) async -> Delivery {
        let (account, seed, repeats, isReordered) = read { world, _ in
            let faults = world.settings.faults
            return (
                world.accounts[callback.appid], world.seed,
                faults.callbackRepeats(of: callback.appid),
                faults.reordersCallbacks(of: callback.appid)
            )
        }
        guard let account, let url = account.callbackURL, let address = CallbackAddress(url) else {
            return Delivery(callback, .notConfigured, "The account has no callback URL.")
        }
        let random = seed.bytes(16, "random", String(callback.serial))
        guard let envelope = Envelope(callback, for: account, random: random) else {
            return Delivery(callback, .notConfigured, "The account's EncodingAESKey is unusable.")
        }
        let makeRequest = { @Sendable (purpose: String) in
            let nonce = seed.digits(10, "nonce", String(callback.serial), purpose)
            return self.request(envelope, address, nonce)
        }
        if isReordered { return await swap.pass { await self.attempt(callback, makeRequest) } }
        let delivery = await attempt(callback, makeRequest)
        for number in 0..<repeats {
            _ = try? await callbackSender.send(makeRequest("repeat \(number)"))
        }
        return delivery
    }

    private func attempt(
        _ callback: Callback, _ makeRequest: @Sendable (_ purpose: String) -> CallbackRequest
    ) async -> Delivery {
        var delivery = Delivery(callback, .failed, "")
        for number in 0...configuration.callbackRetries {
            if number > 0 { try? await Task.sleep(for: configuration.callbackRetryDelay) }
            let started = ContinuousClock.now
            let request = makeRequest("attempt \(number)")
            do throws(CallbackFailure) {
                let answer = try await callbackSender.send(request)
                delivery.note(answer.status, "", since: started, configuration.now())
                guard answer.status < 500 else {
                    delivery.words = "The server answered \(answer.status)."
                    continue
                }
                settle(&delivery, answer, callback)
                return delivery
            } catch {
                delivery.note(nil, error.description, since: started, configuration.now())
                delivery.words = error.description
                if error == .stopped { return delivery }
            }
        }
        notice(callback)
        return delivery
    }

    /// One delivery, signed now.
    private func request(_ envelope: Envelope, _ address: CallbackAddress, _ nonce: String)
        -> CallbackRequest
    {
        // The time of the connection, not of the story: a receiver refuses a timestamp that is off,
        // however the gateway's clock was moved.
        let query = envelope.query(timestamp: configuration.now().seconds, nonce: nonce)
        return CallbackRequest(
            method: .post, address: address, target: address.target(adding: query),
            body: envelope.body, timeout: configuration.callbackTimeout)
    }

    private func settle(_ delivery: inout Delivery, _ answer: CallbackAnswer, _ callback: Callback)
    {
        guard (200..<300).contains(answer.status) else {
            delivery.outcome = .wrongReply
            delivery.words = "The server answered \(answer.status)."
            return notice(callback)
        }
        let reply = change { world, now in
            let reply = world.passiveReply(answer.body, to: callback, at: now)
            if case .message(let content) = reply, callback.isWatched {
                world.deliver(
                    content, to: callback.person, from: callback.appid, via: .passiveReply, at: now)
            }
            return reply
        }
        switch reply {
        case .nothing: (delivery.outcome, delivery.words) = (.accepted, "Taken.")
        case .message: (delivery.outcome, delivery.words) = (.accepted, "Replied.")
        case .wrong(let words):
            (delivery.outcome, delivery.words) = (.wrongReply, words)
            notice(callback)
        }
    }

    private func notice(_ callback: Callback) {
        guard callback.isWatched else { return }
        change { world, now in
            _ = world.deliver(
                .text(Message.failureNotice), to: callback.person, from: callback.appid,
                via: .notice,
                at: now)
        }
    }

    /// Verifies the account's callback URL as WeChat's console does when a developer saves it
    /// (`wechat-wire.md` §2.1).
    ///
    /// - Returns: Whether the server echoed, and what it did in words.
    package func verifyCallbackURL(of appid: String) async throws(Refusal)
        -> (isVerified: Bool, words: String)
    {
        let (account, echo, nonce) = try change { world, _ throws(Refusal) in
            let number = String(world.serial("verification"))
            return (
                try world.account(appid), world.seed.digits(19, "echostr", appid, number),
                world.seed.digits(10, "nonce", appid, number)
            )
        }
        guard let url = account.callbackURL, let address = CallbackAddress(url) else {
            return (false, "The account has no callback URL.")
        }
        let time = String(configuration.now().seconds)
        let target = address.target(adding: [
            ("signature", CallbackSignature.sign(account.token, time, nonce)), ("timestamp", time),
            ("nonce", nonce), ("echostr", echo),
        ])
        do throws(CallbackFailure) {
            let answer = try await callbackSender.send(
                CallbackRequest(
                    method: .get, address: address, target: target, body: [],
                    timeout: configuration.callbackTimeout))
            guard answer.status == 200 else {
                return (false, "The server answered \(answer.status); it must answer 200.")
            }
            guard answer.body == Array(echo.utf8) else {
                let shown = String(decoding: answer.body.prefix(80), as: UTF8.self)
                return (false, "The server must answer exactly \(echo); it answered \"\(shown)\".")
            }
            return (true, "The server answered the echostr.")
        } catch {
            return (false, error.description)
        }
    }
}

extension Delivery {
    fileprivate mutating func note(
        _ status: Int?, _ words: String, since started: ContinuousClock.Instant, _ now: Moment
    ) {
        let (seconds, attoseconds) = started.duration(to: .now).components
        attempts.append(
            Attempt(
                at: now, milliseconds: Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000),
                status: status, words: words))
    }
}
