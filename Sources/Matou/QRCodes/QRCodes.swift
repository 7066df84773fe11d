import Jobs
import SQL

/// Making, changing, deleting and finding official-account codes.
package struct QRCodes: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let accounts: Accounts
    let wechat: WeChatAccounts
    let jobs: JobQueue
    /// How many codes a transaction changes, so that others need not wait long.
    package var chunk = 500

    /// How many codes of the account that are there have this name, in any case.
    package func count(
        named name: String, on account: Account.ID, for principal: Principal
    ) async throws -> Int {
        try await database.read {
            try $0.countQRCodes(named: name, on: account, in: principal.workspace)
        }
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
        // An earlier version may send what was taken out of the lists, as a deleted code may that
        // comes back.
        var references = try await references(
            of: draft.reply, on: present.account, withDeleted: action == .undone, for: principal)
        references.kept = Set(present.reply.items.compactMap(\.part))
        let now = clock.now()
        let draft = try draft.checked(
            changing: present, keepsStart: action == .undone, references: references, at: now)
        let freshGroup = CodeGroup.ID.make(at: now, from: randomness)
        let freshTags = FreshTagIDs(for: draft, at: now, from: randomness)
        let changed = try await database.write { connection in
            let found = try connection.qrCode(id, in: principal.workspace).required(
                ifVersion: version)
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
    /// Whether the code is as the draft says, apart from its group. The order of tags says nothing.
    fileprivate func isEqual(to code: QRCode) -> Bool {
        var present = QRCode.Draft(code)
        present.group = group
        if Set(contactTags) == Set(present.contactTags) { present.contactTags = contactTags }
        if Set(followerTags) == Set(present.followerTags) { present.followerTags = followerTags }
        if design == nil { present.design = nil }
        return self == present
    }
}

extension Connection {
    func group(
        of draft: QRCode.Draft, orMakeAs fresh: CodeGroup.ID, _ principal: Principal,
        _ time: Timestamp
    ) throws -> CodeGroup.ID? {
        guard !draft.group.isEmpty else { return nil }
        return try group(
            named: draft.group, .qrCode, orMakeAs: fresh, by: principal, at: time)
    }
}
