import Foundation
import Matou
import MockWeChat

/// A workspace to look at: made through the services, filled by people of the mock gateway who scan,
/// follow and leave, so that every figure came the way real ones come.
struct Demo: Sendable {
    /// Shown at every start.
    struct SignIn: Codable, Sendable {
        let email: String
        let password: String
    }

    private static let appID = "wxd3m0a7b8c9d0e1f2"
    private static let secret = "d3m05ecret0fthem0ckgateway000001"
    private static let token = "MatouDemoToken2026"
    private static let aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

    let installation: Installation
    let mock: RunningServer.Mock
    let folder: String

    /// Fills an empty store, once; afterwards only tells the sign-in again and where callbacks go.
    ///
    /// - Parameter callbackBase: scheme, host and port that the mock gateway reaches us by.
    func fill(callbackBase: String) async throws -> SignIn? {
        let file = folder + "/demo-sign-in.json"
        if let data = FileManager.default.contents(atPath: file) {
            try connectMock(callbackBase: callbackBase)
            return try JSONDecoder().decode(SignIn.self, from: data)
        }
        guard try await !installation.members.isSetUp() else { return nil }
        let signIn = SignIn(
            email: "demo@matou.local", password: Randomness.system.alphanumeric(12))
        let member = try await installation.members.setUp(
            .init(name: "林晓", email: signIn.email, password: signIn.password),
            workspaceName: "码头演示")
        let workspace = try await installation.operatorPrincipal().workspace
        let owner = Principal(workspace: workspace, actor: member.user.id.text, role: .owner)
        try connectMock(callbackBase: callbackBase)
        try await fill(as: owner)
        _ = FileManager.default.createFile(
            atPath: file, contents: try JSONEncoder().encode(signIn),
            attributes: [.posixPermissions: 0o600])
        return signIn
    }

    private func connectMock(callbackBase: String) throws {
        try mock.gateway.put(
            OfficialAccount(
                appid: Self.appID, secret: Self.secret, name: "智慧营销公众号",
                callbackURL: "\(callbackBase)/callbacks/wechat/\(Self.appID)",
                token: Self.token, encodingAESKey: Self.aesKey, mode: .safe))
    }

    private func fill(as owner: Principal) async throws {
        let account = try await installation.accounts.connect(
            .init(
                name: "智慧营销公众号", appID: Self.appID, originalID: "gh_a7b8c9d0e1f2",
                secret: Self.secret, token: Self.token, aesKey: Self.aesKey, messageMode: "safe",
                isVerified: true),
            by: owner)
        _ = try await mock.gateway.verifyCallbackURL(of: Self.appID)
        var codes: [QRCode] = []
        for draft in Self.drafts {
            codes.append(
                try await installation.qrCodes.create(draft, on: account.id, by: owner))
        }
        try await tellTwoWeeks(of: codes)
    }

    /// Some visits on each of the last fourteen days. The mock's clock is set back for them, so that
    /// the events carry the times they would have had.
    private func tellTwoWeeks(of codes: [QRCode]) async throws {
        var chance = SystemRandomNumberGenerator()
        let contents = codes.compactMap(\.made?.content)
        guard let first = contents.first else { return }
        let now = installation.clock.now()
        for day in stride(from: 13, through: 0, by: -1) {
            for visit in 0..<Int.random(in: 3...7, using: &chance) {
                let ago = Duration.seconds(day * 86_400 + 3600 + visit * 1800)
                let time = now + (.zero - ago)
                try mock.gateway.setClock(to: Moment(milliseconds: time.milliseconds))
                let content = Bool.random(using: &chance) ? first : contents.randomElement(using: &chance) ?? first
                let person = try mock.gateway.people.add()
                if Int.random(in: 0..<4, using: &chance) == 0 {
                    try await person.follow(Self.appID)
                    try await person.scan(content)
                } else {
                    try await person.scan(content)
                    try await person.follow(Self.appID)
                }
                await settle(person)
                if Int.random(in: 0..<6, using: &chance) == 0 {
                    try mock.gateway.advanceClock(by: .seconds(600))
                    try await person.unfollow(Self.appID)
                }
            }
        }
        try mock.gateway.setClock(to: Moment(milliseconds: now.milliseconds))
    }

    /// Lets the reply arrive before the clock moves on: WeChat's minute runs on it.
    private func settle(_ person: MockPerson) async {
        for _ in 0..<20 {
            if person.inbox(from: Self.appID).contains(where: { $0.origin == .customMessage }) {
                // A second item of the reply follows the first at once.
                try? await Task.sleep(for: .milliseconds(15))
                return
            }
            try? await Task.sleep(for: .milliseconds(5))
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
            draft("展会_易拉宝_虹桥会展中心", group: "展会", source: "展会", reply: ["感谢关注，资料稍后奉上 🎁"], days: 7),
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
        draft.kind = days == nil ? "permanent" : "temporary"
        draft.lifetimeSeconds = days.map { $0 * 86_400 }
        return draft
    }
}
