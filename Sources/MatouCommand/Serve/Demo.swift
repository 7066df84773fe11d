import Foundation
import Matou
import MockWeChat

/// A workspace to look at: made through the services, filled by people of the mock gateway who scan,
/// follow and leave, so that every figure came the way real ones come.
struct Demo: Sendable {
    /// Shown at every start.
    struct SignIn: Sendable {
        let email: String
        /// Nil once the person has chosen another.
        let password: String?
    }

    /// What a demo must know again at the next start: made by chance, kept in a file that only its
    /// owner reads.
    private struct Keepsake: Codable {
        var email = "demo@matou.local"
        var password = Randomness.system.alphanumeric(12)
        var secret = Randomness.system.alphanumeric(32)
        var token = Randomness.system.alphanumeric(24)
        var aesKey = Randomness.system.alphanumeric(43)
        var isFilled = false
    }

    private static let appID = "wxd3m0a7b8c9d0e1f2"
    private static let accountName = "智慧营销公众号"

    let installation: Installation
    let mock: RunningServer.Mock
    let folder: String

    private var file: String { folder + "/demo-sign-in.json" }

    /// Fills an empty store, once; afterwards only tells the sign-in again and where callbacks go.
    ///
    /// A start that was interrupted while it filled is taken up by the next one.
    ///
    /// - Parameter callbackBase: scheme, host and port that the mock gateway reaches us by.
    /// - Returns: nil for a store that somebody has set up by hand.
    func fill(callbackBase: String) async throws -> SignIn? {
        var keepsake = try kept()
        if keepsake == nil {
            guard try await !installation.members.isSetUp() else { return nil }
            keepsake = Keepsake()
        }
        guard var keepsake else { return nil }
        try keep(keepsake)
        try connectMock(keepsake, callbackBase: callbackBase)
        if !keepsake.isFilled {
            try await fill(keepsake)
            keepsake.isFilled = true
            try keep(keepsake)
        }
        let isSame = try await installation.members.hasPassword(
            keepsake.password, of: keepsake.email)
        return SignIn(email: keepsake.email, password: isSame ? keepsake.password : nil)
    }

    private func kept() throws -> Keepsake? {
        try FileManager.default.contents(atPath: file)
            .map { try JSONDecoder().decode(Keepsake.self, from: $0) }
    }

    private func keep(_ keepsake: Keepsake) throws {
        let isKept = FileManager.default.createFile(
            atPath: file, contents: try JSONEncoder().encode(keepsake),
            attributes: [.posixPermissions: 0o600])
        guard isKept else { throw CommandFailure.configuration("\(file) cannot be written") }
    }

    private func connectMock(_ keepsake: Keepsake, callbackBase: String) throws {
        try mock.gateway.put(
            OfficialAccount(
                appid: Self.appID, secret: keepsake.secret, name: Self.accountName,
                callbackURL: "\(callbackBase)/callbacks/wechat/\(Self.appID)",
                token: keepsake.token, encodingAESKey: keepsake.aesKey, mode: .safe))
    }

    /// Every step looks first whether an interrupted start has done it.
    private func fill(_ keepsake: Keepsake) async throws {
        defer { mock.clock.stand(before: .zero) }
        mock.clock.stand(before: .seconds(15 * 86_400))
        if try await !installation.members.isSetUp() {
            _ = try await installation.members.setUp(
                .init(name: "林晓", email: keepsake.email, password: keepsake.password),
                workspaceName: "码头演示")
        }
        let workspace = try await installation.operatorPrincipal()
        let member = try await installation.members.list(for: workspace)
            .first { $0.role == .owner }
        let owner = Principal(
            workspace: workspace.workspace, actor: member?.user.id.text ?? workspace.actor,
            role: .owner)
        var account = try await installation.accounts.list(for: owner).first
        if account == nil {
            account = try await installation.accounts.connect(
                .init(
                    name: Self.accountName, appID: Self.appID, originalID: "gh_a7b8c9d0e1f2",
                    secret: keepsake.secret, token: keepsake.token, aesKey: keepsake.aesKey,
                    messageMode: "safe", isVerified: true),
                by: owner)
        }
        guard let account else { return }
        _ = try await mock.gateway.verifyCallbackURL(of: Self.appID)
        let contents = DemoContents(
            installation: installation, account: account.id, owner: owner)
        let codes = try await contents.make()
        try await DemoVisits(
            installation: installation, mock: mock, appID: Self.appID, codes: codes
        ).tell()
        mock.clock.stand(before: .seconds(1200))
        try await contents.conclude()
    }
}
