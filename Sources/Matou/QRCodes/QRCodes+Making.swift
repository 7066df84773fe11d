import Jobs
import SQL
import WeChat

/// Making codes: here first, then with WeChat.
extension QRCodes {
    /// How long the call that a person waits for has, before the queue tries in its place.
    private static let patience: Duration = .seconds(120)
    /// When a code is asked for again that met WeChat's quota of a minute.
    private static let quotaMinute: Duration = .seconds(65)

    /// Makes a code here, then asks WeChat for it.
    ///
    /// The row comes first, with the scene that WeChat will be asked for, and with a job that asks
    /// again should this process die before WeChat's answer is kept. When WeChat says no or cannot
    /// be reached, the code stays as creation failed with the reason, and nothing typed is lost.
    ///
    /// - Parameter once: repeats of one request find what the first made.
    /// - Throws: `Refusal.invalid`; `Refusal.conflict` when the account may not make codes, or has
    ///   used up its permanent ones;
    ///   `Refusal.missing` for an unknown account; `Refusal.forbidden` below editor.
    package func create(
        _ draft: QRCode.Draft, on account: Account.ID, once: IdempotencyKey? = nil,
        by principal: Principal
    ) async throws -> QRCode {
        try principal.require(.editor)
        if let first: QRCode.ID = try await database.first(of: once, for: principal) {
            return try await find(first, for: principal)
        }
        let references = try await references(of: draft.reply, on: account, for: principal)
        let draft = try draft.checked(references: references, at: clock.now())
        if let obstacle = try await accounts.find(account, for: principal).obstacle {
            throw Refusal.conflict(obstacle)
        }
        let now = clock.now()
        let randomness = randomness
        let (id, isNew) = try await database.write { connection in
            try connection.make(once, by: principal, at: now) {
                // Asked again inside the write: the account may have gone since.
                guard let account = try connection.account(account, in: principal.workspace) else {
                    throw Refusal.missing
                }
                if let obstacle = account.obstacle { throw Refusal.conflict(obstacle) }
                if draft.kind == .permanent,
                    try connection.permanentCount(on: account.id, in: principal.workspace)
                        >= Account.permanentCodeLimit
                {
                    throw Refusal.conflict(.permanentCodesUsedUp)
                }
                let id = try connection.makeQRCode(
                    draft, on: account.id, by: principal, at: now, from: randomness)
                try connection.enqueueMaking(
                    of: id, attempt: randomness.alphanumeric(8), in: principal.workspace,
                    at: now + Self.patience)
                return id
            }
        }
        if isNew {
            if !draft.followerTags.isEmpty { jobs.wake() }
            try await makeToTheEnd(id, in: principal.workspace)
        }
        return try await find(id, for: principal)
    }

    /// Makes a code of the same account with all settings of another.
    ///
    /// - Parameter name: nil for the other's with `_copy`.
    /// - Throws: `Refusal.conflict(.codeNotMade)` when the creation of the other failed;
    ///   `Refusal.missing`; else as `create`.
    package func copy(
        _ id: QRCode.ID, named name: String? = nil, once: IdempotencyKey? = nil,
        by principal: Principal
    ) async throws -> QRCode {
        let original = try await find(id, for: principal)
        if case .failed = original.making { throw Refusal.conflict(.codeNotMade) }
        var draft = QRCode.Draft(copying: original, at: clock.now())
        if let name { draft.name = name }
        return try await create(draft, on: original.account, once: once, by: principal)
    }

    /// Asks WeChat again for a code whose creation failed, with the same scene: also on an account
    /// that WeChat refused last, since the call is what shows that it no longer does.
    ///
    /// - Throws: `Refusal.conflict` for a code that has not failed and for an unverified account;
    ///   `Refusal.missing`; `Refusal.forbidden`.
    package func retry(_ id: QRCode.ID, by principal: Principal) async throws -> QRCode {
        try principal.require(.editor)
        let code = try await find(id, for: principal)
        guard try await accounts.find(code.account, for: principal).isVerified else {
            throw Refusal.conflict(.accountNotVerified)
        }
        let now = clock.now()
        let attempt = randomness.alphanumeric(8)
        try await database.write { connection in
            guard try connection.setWaiting(id, in: principal.workspace) else {
                throw Refusal.conflict(.codeNotFailed)
            }
            try connection.enqueueMaking(
                of: id, attempt: attempt, in: principal.workspace, at: now + Self.patience)
        }
        try await makeToTheEnd(id, in: principal.workspace)
        return try await find(id, for: principal)
    }

    /// Makes a code even when the caller is cancelled meanwhile: a client that hangs up has asked for
    /// it all the same.
    private func makeToTheEnd(_ id: QRCode.ID, in workspace: Workspace.ID) async throws {
        try await Task { try await make(id, in: workspace) }.value
    }

    /// Asks WeChat for a code that waits, and keeps the answer.
    func make(_ id: QRCode.ID, in workspace: Workspace.ID) async throws {
        guard let code = try await database.read({ try $0.qrCode(id, in: workspace) }),
            code.making == .waiting
        else { return }
        let now = clock.now()
        do {
            let made = try await wechat.make(code, in: workspace, at: now)
            try await database.write { connection in
                try connection.setMade(id, made, in: workspace)
                try connection.countLineMadeLater(of: id, in: workspace)
            }
        } catch let error as WeChatError {
            let fault = WeChatFault(error)
            let attempt = randomness.alphanumeric(8)
            try await database.write { connection in
                try connection.setFailed(id, fault, in: workspace)
                // The quota of calls begins anew with the next minute.
                guard fault.passesByItself else { return }
                try connection.enqueueMaking(
                    of: id, attempt: attempt, isAgain: true, in: workspace,
                    at: now + Self.quotaMinute)
            }
        }
    }

    /// Does what a process left undone that died while WeChat was asked.
    struct Making: JobPayload {
        static let kind = "qr_code.make"
        let code: String
        /// Whether the code has failed for a reason that passes by itself.
        var isAgain: Bool?
    }

    func register(with queue: JobQueue) {
        queue.register(Making.self) { making, job in
            let (id, workspace) = (QRCode.ID(making.code), Workspace.ID(job.workspace))
            if making.isAgain == true {
                _ = try await database.write { try $0.setWaiting(id, in: workspace) }
            }
            try await make(id, in: workspace)
            return .done
        }
    }
}

extension WeChatFault {
    /// Whether a code that failed with it is asked for again without anybody's doing.
    package var passesByItself: Bool { code == ErrorCode.minuteQuotaReached.rawValue }
}

extension WeChatAccounts {
    /// Asks WeChat for a code by its scene.
    ///
    /// - Parameter now: a moment before the call: the life that WeChat counts cannot begin earlier.
    /// - Throws: as `call`.
    func make(
        _ code: QRCode, in workspace: Workspace.ID, at now: Timestamp
    ) async throws -> QRCode.Made {
        let ticket = try await call(code.account, in: workspace) { client in
            try await client.createQRCode(.text(code.scene), code.kind.lifetime)
        }
        return QRCode.Made(
            ticket: ticket.ticket, content: ticket.url, at: now,
            expiresAt: code.kind.lifetimeSeconds.map { now + .seconds($0) })
    }
}

extension QRCode.Kind {
    fileprivate var lifetime: CodeLifetime {
        switch self {
        case .temporary(let seconds): .temporary(seconds: seconds)
        case .permanent: .permanent
        }
    }
}

extension Connection {
    /// Stores a code that WeChat is to be asked for, with its group, its tags, its looks and its first
    /// version.
    ///
    /// - Parameters:
    ///   - draft: one that was checked.
    ///   - chosen: its id, where it has its place among others.
    func makeQRCode(
        _ draft: QRCode.Draft, as chosen: QRCode.ID? = nil, on account: Account.ID,
        by principal: Principal,
        at time: Timestamp, from randomness: Randomness
    ) throws -> QRCode.ID {
        var draft = draft
        let id = chosen ?? .make(at: time, from: randomness)
        let group = try group(
            of: draft, orMakeAs: .make(at: time, from: randomness), principal, time)
        let tags = try tags(
            of: draft, on: account, orMakeAs: FreshTagIDs(for: draft, at: time, from: randomness),
            by: principal, at: time)
        // At most 30 letters and digits, which every kind of code takes.
        let scene = randomness.alphanumeric(24)
        try insertQRCode(
            FreshQRCode(
                id: id, account: account, group: group, tags: tags, scene: scene,
                slug: randomness.alphanumeric(10)),
            draft, by: principal, at: time)
        try giveDesign(of: &draft, to: id, on: account, by: principal, at: time)
        try record(.created, of: id, after: draft, by: principal, at: time)
        return id
    }

    func enqueueMaking(
        of code: QRCode.ID, attempt: String, isAgain: Bool? = nil, lane: String? = nil,
        in workspace: Workspace.ID, at time: Timestamp
    ) throws {
        let job = try Job(
            id: "make-\(code)-\(attempt)", workspace: workspace.text,
            QRCodes.Making(code: code.text, isAgain: isAgain), lane: lane,
            runAt: time.milliseconds)
        try enqueue(job)
    }
}
