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
        if try await !installation.members.isSetUp() {
            _ = try await installation.members.setUp(
                .init(name: "林晓", email: keepsake.email, password: keepsake.password),
                workspaceName: "码头演示")
        }
        let workspace = try await installation.operatorPrincipal()
        let member = try await installation.members.list(for: workspace).first
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
        let known = try await installation.qrCodes.page(
            QRCodeFilter(account: account.id), for: owner)
        let names = Set(known.codes.elements.map(\.name))
        var codes = known.codes.elements
        for draft in Self.drafts where !names.contains(draft.name) {
            let code = try await installation.qrCodes.create(draft, on: account.id, by: owner)
            // As old as the visits that follow want it.
            try await installation.qrCodes.makeOlder(
                code.id, by: .seconds(15 * 86_400), for: owner)
            codes.append(code)
        }
        try await tellTwoWeeks(of: codes.sorted { $0.createdAt < $1.createdAt })
    }

    /// Some visits on each of the last fourteen days. The mock's clock is set back for them, so that
    /// the events carry the times they would have had.
    private func tellTwoWeeks(of codes: [QRCode]) async throws {
        var chance = SystemRandomNumberGenerator()
        let contents = codes.compactMap(\.made?.content)
        let replies = Dictionary(
            codes.compactMap { code in code.made.map { ($0.content, code.reply.items.count) } },
            uniquingKeysWith: { first, _ in first })
        guard let first = contents.first else { return }
        let now = installation.clock.now()
        for day in stride(from: 13, through: 0, by: -1) {
            for visit in 0..<Int.random(in: 3...7, using: &chance) {
                let ago = Duration.seconds(day * 86_400 + 3600 + visit * 1800)
                let time = now - ago
                try mock.gateway.setClock(to: Moment(milliseconds: time.milliseconds))
                let content =
                    Bool.random(using: &chance)
                    ? first : contents.randomElement(using: &chance) ?? first
                let person = try mock.gateway.people.add()
                if Int.random(in: 0..<4, using: &chance) == 0 {
                    try await person.follow(Self.appID)
                    try await person.scan(content)
                } else {
                    try await person.scan(content)
                    try await person.follow(Self.appID)
                }
                await settle(person, expecting: replies[content] ?? 0)
                if Int.random(in: 0..<6, using: &chance) == 0 {
                    try mock.gateway.advanceClock(by: .seconds(600))
                    try await person.unfollow(Self.appID)
                }
            }
        }
        try mock.gateway.setClock(to: Moment(milliseconds: now.milliseconds))
    }

    /// Lets the reply arrive before the clock moves on: WeChat's minute runs on it.
    private func settle(_ person: MockPerson, expecting items: Int) async {
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end {
            let arrived = person.inbox(from: Self.appID).count { $0.origin == .customMessage }
            if arrived >= items { return }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    private static var drafts: [QRCode.Draft] {
        [
            draft(
                "门店拉新活动_上海_静安门店", group: "门店拉新", source: "线下门店",
                reply: ["欢迎来到静安店！\n回复「1」领取新会员礼。", "营业时间 10:00–22:00，地址：南京西路 1266 号。"]),
            draft(
                "门店拉新活动_上海_徐汇门店", group: "门店拉新", source: "线下门店",
                reply: ["欢迎来到徐汇店！"]),
            draft("秋季新品_海报_地铁二号线", group: "秋季新品", source: "地铁广告", reply: ["扫码有礼：凭此消息到店领取试用装。"]),
            draft("会员日_短信_老客召回", group: "会员日", source: "短信", reply: [], days: 30),
            draft("展会_易拉宝_虹桥会展中心", group: "展会", source: "展会", reply: ["感谢关注，资料稍后奉上 🎁"], days: 21),
        ]
    }

    private static func draft(
        _ name: String, group: String, source: String, reply: [String], days: Int? = nil
    ) -> QRCode.Draft {
        var draft = QRCode.Draft()
        draft.name = name
        draft.group = group
        draft.source = source
        draft.reply = reply.map(ReplyItem.text)
        draft.kind = days == nil ? .permanent : .temporary
        draft.lifetimeSeconds = days.map { $0 * 86_400 }
        return draft
    }
}
