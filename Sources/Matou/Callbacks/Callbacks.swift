import WeChat

/// What WeChat's servers call: verification of the address, events and messages.
package struct Callbacks: Sendable {
    let clock: WallClock
    let keys: CallbackKeyCache
    let intake: Intake

    /// Answers the verification of the callback's address.
    ///
    /// - Returns: the text to echo. It is in the clear even when messages are encrypted.
    /// - Throws: `CallbackRefusal`.
    package func verify(_ request: CallbackRequest) async throws -> String {
        let keys = try await keys(for: request)
        do {
            try authenticate(request, with: keys)
        } catch {
            throw await noted(error, for: keys)
        }
        guard let echo = request.echo, !echo.isEmpty else {
            throw CallbackRefusal.malformed("echostr is missing")
        }
        try await self.keys.noteVerified(keys)
        return echo
    }

    /// Takes in one delivery. When `end` is told of a receipt, the fact is durable and everything of
    /// ours that follows from it has happened, once, however often it is delivered.
    ///
    /// No task is made for it: WeChat's events of a campaign come by the thousand.
    ///
    /// - Parameters:
    ///   - body: as it came, at most 64 KiB.
    ///   - end: told once, and returns at once. Errors are `CallbackRefusal`, with nothing stored, and
    ///     faults of the store, so that WeChat delivers again.
    package func receive(
        _ request: CallbackRequest, body: [UInt8],
        then end: @escaping @Sendable (Result<Intake.Receipt, any Error>) -> Void
    ) {
        if let keys = keys.known(appID: request.appID) {
            return receive(request, body: body, with: keys, then: end)
        }
        Task {
            do {
                receive(request, body: body, with: try await keys(for: request), then: end)
            } catch {
                end(.failure(error))
            }
        }
    }

    private func receive(
        _ request: CallbackRequest, body: [UInt8], with keys: CallbackKeys,
        then end: @escaping @Sendable (Result<Intake.Receipt, any Error>) -> Void
    ) {
        do {
            try authenticate(request, with: keys)
            let (message, opened) = try read(body, of: request, with: keys)
            try intake.take(
                message, raw: String(decoding: opened, as: UTF8.self),
                sentAt: Int64(request.timestamp).map(Timestamp.init(seconds:)), with: keys,
                then: end)
        } catch {
            Task { end(.failure(await noted(error, for: keys))) }
        }
    }

    private func keys(for request: CallbackRequest) async throws -> CallbackKeys {
        guard let keys = try await keys.keys(appID: request.appID) else {
            throw CallbackRefusal.unknownAccount
        }
        return keys
    }

    /// Keeps with the account why a delivery was refused: the one trace of a setting that is wrong.
    ///
    /// - Returns: what the delivery fails with.
    private func noted(_ error: any Error, for keys: CallbackKeys) async -> any Error {
        guard let refusal = error as? CallbackRefusal else { return error }
        do {
            try await intake.note(refusal, for: keys)
            return refusal
        } catch {
            return error
        }
    }

    private func authenticate(
        _ request: CallbackRequest, with keys: CallbackKeys
    ) throws(CallbackRefusal) {
        let signature = CallbackSignature(token: Secret(keys.token))
        guard
            signature.matches(
                request.signature, timestamp: request.timestamp, nonce: request.nonce)
        else { throw CallbackRefusal.wrongSignature }
        // Ten digits reach the year 2286; more could not be multiplied into milliseconds.
        guard request.timestamp.utf8.count <= 10, let seconds = Int64(request.timestamp) else {
            throw CallbackRefusal.wrongSignature
        }
        let skew = clock.now() - Timestamp(seconds: seconds)
        guard skew.magnitude <= CallbackWindow.width else {
            throw CallbackRefusal.stale(skew: skew)
        }
    }

    /// The message, and the bytes that it was read from, in the clear.
    private func read(
        _ body: [UInt8], of request: CallbackRequest, with keys: CallbackKeys
    ) throws -> (CallbackMessage, [UInt8]) {
        let opened = try open(body, of: request, with: keys)
        let message: CallbackMessage
        do {
            message = try CallbackMessage(opened)
        } catch {
            throw CallbackRefusal.malformed(String(describing: error))
        }
        guard keys.originalID.isEmpty || message.to == keys.originalID else {
            throw CallbackRefusal.otherAccount
        }
        return (message, opened)
    }

    /// The message in the clear. What is less than the account's mode is refused: an attacker who
    /// knows the token only must not get by without the AES key.
    private func open(
        _ body: [UInt8], of request: CallbackRequest, with keys: CallbackKeys
    ) throws -> [UInt8] {
        if keys.mode == .plain { return body }
        let document: CallbackDocument
        do {
            document = try CallbackDocument(body)
        } catch {
            throw CallbackRefusal.malformed(String(describing: error))
        }
        guard let encrypted = document.encrypted, let aesKey = keys.aesKey else {
            throw CallbackRefusal.notEncrypted
        }
        guard let signature = request.messageSignature,
            CallbackSignature(token: Secret(keys.token)).matches(
                signature, timestamp: request.timestamp, nonce: request.nonce,
                encrypted: encrypted)
        else { throw CallbackRefusal.wrongSignature }
        do {
            let crypto = try CallbackCrypto(encodingAESKey: Secret(aesKey), receiveID: keys.appID)
            return try crypto.decrypted(encrypted)
        } catch {
            throw CallbackRefusal.cannotDecrypt(String(describing: error))
        }
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
