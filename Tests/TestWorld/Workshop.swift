import Jobs
package import Matou
package import SQL
import SQLite
import TestSupport
import WeChat

/// An installation over a real SQLite file, without sockets: for the rules of the product.
///
/// It has a workspace with an owner and one verified account in plain mode, whose WeChat is a stub.
package struct Workshop: Sendable {
    package static let token = "QrDeskToken2024"
    package static let appID = "wx0a1b2c3d4e5f6071"

    package let installation: Installation
    package let database: any Database
    package let clock: TestClock
    package let wechat: StubWeChat
    package let owner: Principal
    package let account: Account
    private let directory: TemporaryDirectory

    /// Where files are that are not in the database.
    package var dataFolder: String { directory.path }

    package init(
        clock: TestClock = TestClock(), wechat: StubWeChat = StubWeChat(),
        exportRecordsMax: Int = Export.recordsMax, exportBytesMax: Int = Export.keptBytesMax
    ) async throws {
        directory = try TemporaryDirectory()
        database = try SQLiteDatabase(path: directory.path + "/matou.db")
        _ = try await Migrations(directory: ProjectFolder.migrations).apply(to: database)
        try await database.expectManyRows(by: "workspace_id")
        installation = try Self.installation(
            over: database, in: directory.path, clock: clock, wechat: wechat,
            exportRecordsMax: exportRecordsMax, exportBytesMax: exportBytesMax)
        self.clock = clock
        self.wechat = wechat
        let member = try await installation.members.setUp(
            .init(name: "林晓", email: "lin@example.com", password: "harbour-2026"),
            workspaceName: "码头")
        let operatorPrincipal = try await installation.operatorPrincipal()
        owner = Principal(
            workspace: operatorPrincipal.workspace, actor: member.user.id.text, role: .owner)
        account = try await installation.accounts.connect(
            .init(
                name: "智慧营销公众号", appID: Self.appID, originalID: "gh_0a1b2c3d4e5f",
                secret: "secret", token: Self.token, messageMode: "plain", isVerified: true),
            by: owner)
    }

    private init(_ before: Workshop, installation: Installation) {
        self.installation = installation
        database = before.database
        clock = before.clock
        wechat = before.wechat
        owner = before.owner
        account = before.account
        directory = before.directory
    }

    /// The next process over the same store.
    package func restarted() throws -> Workshop { try over(database) }

    /// The next process over another view of the store.
    package func over(_ database: any Database) throws -> Workshop {
        Workshop(
            self,
            installation: try Self.installation(
                over: database, in: directory.path, clock: clock, wechat: wechat))
    }

    private static func installation(
        over database: any Database, in folder: String, clock: TestClock, wechat: StubWeChat,
        exportRecordsMax: Int = Export.recordsMax, exportBytesMax: Int = Export.keptBytesMax
    ) throws -> Installation {
        let gateway = Gateway(
            http: wechat,
            clock: .init(
                now: { clock.now.milliseconds }, sleep: { _ in await Task.yield() }))
        return Installation(
            .init(
                database: database, sealer: try Sealer(key: Array(repeating: 7, count: 32)),
                gateway: gateway, locales: try ProjectFolder.locales, dataFolder: folder,
                clock: clock.wallClock,
                exportRecordsMax: exportRecordsMax, exportBytesMax: exportBytesMax,
                passwordCost: 4))
    }

    /// A permanent code that has been made.
    package func code(
        named name: String = "静安门店", reply: [ReplyItem] = [], startsAt: Timestamp? = nil
    ) async throws -> QRCode {
        var draft = QRCode.Draft()
        draft.name = name
        draft.kind = .permanent
        draft.reply = reply
        draft.startsAt = startsAt
        return try await make(draft)
    }

    package func make(_ draft: QRCode.Draft) async throws -> QRCode {
        try await installation.qrCodes.create(draft, on: account.id, by: owner)
    }

    /// Another verified account of the workspace, 外滩服务号.
    package func secondAccount() async throws -> Account {
        try await installation.accounts.connect(
            .init(
                name: "外滩服务号", appID: "wx1111111111111111", secret: "secret", token: Self.token,
                messageMode: "plain", isVerified: true), by: owner)
    }

    /// Who owns another workspace of the same installation, which has nothing yet.
    package func elsewhere() async throws -> Principal {
        let workspace = Workspace.ID("ws_elsewhere")
        let now = clock.now
        try await database.write {
            _ = try $0.run(
                """
                INSERT INTO workspaces (id, name, time_zone, created_at)
                VALUES (\(workspace), 'Elsewhere', 'Asia/Shanghai', \(now))
                ON CONFLICT (id) DO NOTHING
                """)
        }
        return Principal(workspace: workspace, actor: "operator", role: .owner)
    }

    /// Does the workshop's jobs while `body` runs. A queue runs once, so only one of these can be.
    package func working<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        let run = Task { await installation.jobs.run() }
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await installation.jobs.stop()
        await run.value
        return try result.get()
    }

    /// Delivers a callback as WeChat would: signed now, in the clear.
    ///
    /// - Parameter appID: of the account that it is for.
    @discardableResult
    package func deliver(
        _ event: CallbackEvent, to appID: String = Self.appID
    ) async throws -> Intake.Receipt {
        let timestamp = String(clock.now.seconds)
        let signature = CallbackSignature(token: Secret(Self.token))
            .signature(timestamp: timestamp, nonce: "846213907")
        let request = CallbackRequest(
            appID: appID, signature: signature, timestamp: timestamp, nonce: "846213907")
        return try await installation.callbacks.receive(request, body: Array(event.xml.utf8))
    }

    package func counts(of code: QRCode) async throws -> CodeCounts {
        try await report(of: code).counts
    }

    /// - Parameter last: the last of the days, today if left out.
    package func report(
        of code: QRCode, days: Int = 30, through last: Day? = nil
    ) async throws -> CodeReport {
        try await installation.stats.report(
            of: code.id, ReportDays(last: days, through: last), for: owner)
    }

    package func scanners(of code: QRCode, _ group: ScannerFilter.Group = .all) async throws
        -> [Scanner]
    {
        var filter = ScannerFilter()
        filter.group = group
        return try await installation.stats.scanners(of: code.id, filter, for: owner).elements
    }
}

extension Workshop {
    /// Lets the queue do what is due by the clock as it stands.
    package func doJobs() async throws {
        // The first of these runs on; the others find it running.
        Task { await installation.jobs.run() }
        installation.jobs.wake()
        let now = clock.now
        let isDone = try await eventually {
            let due: Int? = try await database.read {
                try $0.value(
                    "SELECT COUNT(*) AS jobs FROM jobs WHERE state <> 'failed' AND run_at <= \(now)"
                )
            }
            return due == 0
        }
        if !isDone { throw JobsLeft() }
    }
}

/// Jobs that did not end.
package struct JobsLeft: Error {}

extension Callbacks {
    /// Waits for the end of a delivery.
    @discardableResult
    package func receive(
        _ request: CallbackRequest, body: [UInt8]
    ) async throws -> Intake.Receipt {
        try await withCheckedThrowingContinuation { continuation in
            receive(request, body: body) { continuation.resume(with: $0) }
        }
    }
}
