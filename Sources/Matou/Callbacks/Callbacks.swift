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
        try await noting(keys) { try authenticate(request, with: keys) }
        guard let echo = request.echo, !echo.isEmpty else {
            throw CallbackRefusal.malformed("echostr is missing")
        }
        try await self.keys.noteVerified(keys)
        return echo
    }

    /// Takes in one delivery. On return its fact is durable and everything of ours that follows
    /// from it has happened, once, however often it is delivered.
    ///
    /// - Parameter body: as it came, at most 64 KiB.
    /// - Throws: `CallbackRefusal`, with nothing stored; a fault of the store, so that WeChat
    ///   delivers again.
    package func receive(_ request: CallbackRequest, body: [UInt8]) async throws -> Intake.Receipt {
        let keys = try await keys(for: request)
        let (message, opened) = try await noting(keys) {
            try authenticate(request, with: keys)
            return try read(body, of: request, with: keys)
        }
        let sentAt = Int64(request.timestamp).map(Timestamp.init(seconds:))
        return try await intake.take(
            message, raw: String(decoding: opened, as: UTF8.self), sentAt: sentAt, with: keys)
    }

    private func keys(for request: CallbackRequest) async throws -> CallbackKeys {
        guard let keys = try await keys.keys(appID: request.appID) else {
            throw CallbackRefusal.unknownAccount
        }
        return keys
    }

    /// Keeps with the account why a delivery was refused: the one trace of a setting that is wrong.
    private func noting<Value>(_ keys: CallbackKeys, _ body: () throws -> Value) async throws
        -> Value
    {
        do {
            return try body()
        } catch let refusal as CallbackRefusal {
            try await intake.note(refusal, for: keys)
            throw refusal
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
