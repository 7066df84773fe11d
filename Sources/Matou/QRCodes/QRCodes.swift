import Jobs
import SQL
import WeChat

/// Making, changing and finding official-account codes.
package struct QRCodes: Sendable {
    /// How long the call that a person waits for has, before the queue tries in its place.
    private static let patience: Duration = .seconds(120)
    /// When a code is asked for again that met WeChat's quota of a minute.
    private static let quotaMinute: Duration = .seconds(65)

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let accounts: Accounts
    let wechat: WeChatAccounts
    let jobs: JobQueue
    /// How many codes a transaction changes, so that others need not wait long.
    package var chunk = 500

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
        if let once, let first = try await once.objectID(for: principal, in: database) {
            return try await find(QRCode.ID(first), for: principal)
        }
        let references = try await references(of: draft.reply, on: account, for: principal)
        let (draft, kind) = try draft.checked(references: references, at: clock.now())
        if let obstacle = try await accounts.find(account, for: principal).obstacle {
            throw Refusal.conflict(obstacle)
        }
        let now = clock.now()
        let fresh = QRCode.ID.make(at: now, from: randomness)
        // At most 30 letters and digits, which every kind of code takes.
        let scene = randomness.alphanumeric(24)
        let slug = randomness.alphanumeric(10)
        let attempt = randomness.alphanumeric(8)
        let freshGroup = CodeGroup.ID.make(at: now, from: randomness)
        let freshTags = FreshTagIDs(for: draft, at: now, from: randomness)
        let id = try await database.write { connection in
            if let once, let first = try connection.objectID(of: once, for: principal) {
                return QRCode.ID(first)
            }
            // Asked again inside the write: the account may have gone since.
            guard let account = try connection.account(account, in: principal.workspace) else {
                throw Refusal.missing
            }
            if let obstacle = account.obstacle { throw Refusal.conflict(obstacle) }
            if kind == .permanent,
                try connection.permanentCount(on: account.id, in: principal.workspace)
                    >= Account.permanentCodeLimit
            {
                throw Refusal.conflict(.permanentCodesUsedUp)
            }
            let group = try connection.group(of: draft, orMakeAs: freshGroup, principal, now)
            let tags = try connection.tags(
                of: draft, on: account.id, orMakeAs: freshTags, by: principal, at: now)
            var draft = draft
            try connection.insertQRCode(
                FreshQRCode(
                    id: fresh, account: account.id, kind: kind, group: group, tags: tags,
                    scene: scene, slug: slug),
                draft, by: principal, at: now)
            try connection.giveDesign(
                of: &draft, to: fresh, on: account.id, by: principal, at: now)
            try connection.record(.created, of: fresh, after: draft, by: principal, at: now)
            try connection.enqueueMaking(
                of: fresh, attempt: attempt, in: principal.workspace, at: now + Self.patience)
            if let once { try connection.keep(once, for: fresh.text, principal, at: now) }
            return fresh
        }
        if id == fresh {
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

    /// How many codes of the account that are there have this name, in any case.
    package func count(
        named name: String, on account: Account.ID, for principal: Principal
    ) async throws -> Int {
        try await database.read {
            try $0.countQRCodes(named: name, on: account, in: principal.workspace)
        }
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

    /// Changes everything but account and kind, which WeChat fixed when it made the code. A draft
    /// that says what is there already changes nothing, the version neither.
    ///
    /// - Parameter version: the version that the change was made on, nil for whichever is there.
    /// - Throws: `Refusal.invalid`; `Refusal.stale`; `Refusal.missing`; `Refusal.forbidden`.
    package func change(
        _ id: QRCode.ID, to draft: QRCode.Draft, ifVersion version: Int? = nil,
        by principal: Principal
    ) async throws -> QRCode {
        try await change(id, to: draft, ifVersion: version, as: .changed, by: principal)
    }

    func change(
        _ id: QRCode.ID, to draft: QRCode.Draft, ifVersion version: Int?,
        as action: Revision.Action, by principal: Principal
    ) async throws -> QRCode {
        try principal.require(.editor)
        let present = try await find(id, for: principal)
        let references = try await references(of: draft.reply, on: present.account, for: principal)
        let now = clock.now()
        let (draft, _) = try draft.checked(
            changing: present, keepsStart: action == .undone, references: references, at: now)
        let freshGroup = CodeGroup.ID.make(at: now, from: randomness)
        let freshTags = FreshTagIDs(for: draft, at: now, from: randomness)
        let changed = try await database.write { connection in
            guard let found = try connection.qrCode(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            try found.check(version: version)
            let group = try connection.group(of: draft, orMakeAs: freshGroup, principal, now)
            if group == found.group?.id, draft.isEqual(to: found) { return found }
            let tags = try connection.tags(
                of: draft, on: found.account, orMakeAs: freshTags, by: principal, at: now)
            try connection.updateQRCode(
                id, draft, group: group, tags: tags, by: principal, at: now)
            if let design = draft.design, design != found.design {
                let present = try connection.present(design, in: principal.workspace)
                try connection.setDesign(present, of: id, by: principal, at: now)
            }
            guard let changed = try connection.qrCode(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            try connection.record(
                action, of: id, from: found, after: QRCode.Draft(changed), by: principal, at: now)
            return changed
        }
        if !draft.followerTags.isEmpty { jobs.wake() }
        return changed
    }

    /// What the items of a reply name, as far as it is there.
    ///
    /// - Parameter withDeleted: what is out of the lists too, to show what was made with it.
    package func references(
        of reply: [ReplyItem], on account: Account.ID, withDeleted: Bool = false,
        for principal: Principal
    ) async throws -> ReplyReferences {
        guard reply.contains(where: { $0.format.needsReferences }) else { return ReplyReferences() }
        return try await database.read {
            try $0.references(
                of: reply, on: account, withDeleted: withDeleted, in: principal.workspace)
        }
    }

    /// The source channels of the account's latest codes, by name.
    package func sources(
        of account: Account.ID, for principal: Principal
    ) async throws -> [String] {
        try await database.read { try $0.sources(of: account, in: principal.workspace) }
    }

    /// The members and tokens that made the account's latest codes, also those that are gone.
    package func creators(
        of account: Account.ID, for principal: Principal
    ) async throws -> [String] {
        try await database.read { try $0.creators(of: account, in: principal.workspace) }
    }

    /// The forms that a reply may lead to, the latest first.
    package func forms(limit: Int, for principal: Principal) async throws -> [FormLink] {
        try await database.read { try $0.forms(limit: limit, in: principal.workspace) }
    }

    /// - Throws: `Refusal.missing`.
    package func find(_ id: QRCode.ID, for principal: Principal) async throws -> QRCode {
        let found = try await database.read { try $0.qrCode(id, in: principal.workspace) }
        guard let found else { throw Refusal.missing }
        return found
    }

    /// The code behind a public address, for anyone who has it, and its account's name; nil when
    /// there is none or it was deleted.
    package func find(slug: String) async throws -> (code: QRCode, account: String)? {
        try await database.read { try $0.qrCode(slug: slug) }
    }

    /// How many of the account's permanent codes are used up: deleted ones too, WeChat frees none.
    package func permanentCount(
        on account: Account.ID, for principal: Principal
    ) async throws -> Int {
        try await database.read {
            try $0.permanentCount(on: account, in: principal.workspace)
        }
    }

    /// How many codes the account's list shows.
    package func count(on account: Account.ID, for principal: Principal) async throws -> Int {
        let now = clock.now()
        return try await database.read {
            try $0.countQRCodes(
                QRCodeFilter(account: account), in: principal.workspace, at: now)
        }
    }

    /// A page of codes with their figures, read from one state of the store.
    package func page(
        _ filter: QRCodeFilter, at place: PagePlace = .first, limit: Int = PageLimit.standard,
        for principal: Principal
    ) async throws -> QRCodePage {
        let now = clock.now()
        return try await database.read { connection in
            let workspace = principal.workspace
            let codes = try connection.qrCodes(
                filter, at: place, limit: limit + 1, in: workspace, at: now)
            let counts = try connection.counts(of: codes.map(\.id), in: workspace)
            let page = Page(codes, limit: limit, at: place) {
                filter.cursor(after: $0, counts[$0.id] ?? CodeCounts())
            }
            return QRCodePage(
                codes: page, counts: counts,
                total: try connection.countQRCodes(filter, in: workspace, at: now))
        }
    }
}

/// A page of the list: the codes, their figures, and how many the filter meets in all.
package struct QRCodePage: Sendable {
    package let codes: Page<QRCode>
    package let counts: [QRCode.ID: CodeCounts]
    package let total: Int
}

extension QRCodes {
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
        // Before the call: the life that WeChat counts cannot begin earlier.
        let now = clock.now()
        do {
            let ticket = try await wechat.call(code.account, in: workspace) { client in
                try await client.createQRCode(.text(code.scene), code.kind.lifetime)
            }
            let made = QRCode.Made(
                ticket: ticket.ticket, content: ticket.url, at: now,
                expiresAt: code.kind.lifetimeSeconds.map { now + .seconds($0) })
            try await database.write { try $0.setMade(id, made, in: workspace) }
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

extension QRCode.Kind {
    var lifetime: CodeLifetime {
        switch self {
        case .temporary(let seconds): .temporary(seconds: seconds)
        case .permanent: .permanent
        }
    }
}

extension Connection {
    /// Notes what was done to a code, as what it is now or as what it was found.
    func record(
        _ action: Revision.Action, of id: QRCode.ID, from found: QRCode? = nil,
        after draft: QRCode.Draft?, by principal: Principal, at time: Timestamp
    ) throws {
        let name = draft?.name ?? found?.name ?? ""
        try record(
            FreshRevision(
                action: action, kind: .qrCode, objectID: id.text, objectName: name,
                version: found.map { $0.version + 1 } ?? 1,
                before: found.map { QRCode.Draft($0) }, after: draft),
            by: principal, at: time)
    }
}

extension QRCode.Draft {
    /// Whether the code is as the draft says, apart from its group.
    fileprivate func isEqual(to code: QRCode) -> Bool {
        var present = QRCode.Draft(code)
        present.group = group
        if design == nil { present.design = nil }
        return self == present
    }
}

extension Connection {
    fileprivate func enqueueMaking(
        of code: QRCode.ID, attempt: String, isAgain: Bool? = nil, in workspace: Workspace.ID,
        at time: Timestamp
    ) throws {
        let job = try Job(
            id: "make-\(code)-\(attempt)", workspace: workspace.text,
            QRCodes.Making(code: code.text, isAgain: isAgain), runAt: time.milliseconds)
        try enqueue(job)
    }

    func group(
        of draft: QRCode.Draft, orMakeAs fresh: CodeGroup.ID, _ principal: Principal,
        _ time: Timestamp
    ) throws -> CodeGroup.ID? {
        guard !draft.group.isEmpty else { return nil }
        return try group(
            named: draft.group, .qrCode, orMakeAs: fresh, by: principal, at: time)
    }
}
