import Imaging
import Jobs
import Matou
import QR
import Sheets

/// What the demo's marketers have made: of everything a little, in every state.
struct DemoContents: Sendable {
    let installation: Installation
    let account: Account.ID
    let owner: Principal

    /// Makes what is not there yet, two weeks ago.
    ///
    /// - Returns: all codes, the oldest first.
    func make() async throws -> [QRCode] {
        try await addColleague()
        let form = try await form()
        let picture = try await picture()
        try await saveArticle(with: picture)
        let known = try await installation.qrCodes.page(
            QRCodeFilter(account: account), for: owner
        ).codes.elements
        var codes = known
        for draft in drafts(sending: form, picture)
        where !known.contains(where: { $0.name == draft.name }) {
            codes.append(try await installation.qrCodes.create(draft, on: account, by: owner))
        }
        if try await installation.imports.page(of: account, for: owner).elements.isEmpty {
            codes += try await batch(beside: codes)
        }
        return codes.sorted { $0.createdAt < $1.createdAt }
    }

    /// What was made of the visits, just now.
    func conclude() async throws {
        guard try await installation.audiences.page(for: owner).elements.isEmpty else { return }
        _ = try await installation.audiences.create(
            named: "在关注的门店客人",
            .all([.source("线下门店"), .following(true)]), by: owner)
        _ = try await installation.exports.create(
            QRCodesExport(of: .matching(QRCodeFilter(account: account))), as: .xlsx, in: .chinese,
            by: owner)
        await settle { installation.jobs.running == 0 }
    }

    private func addColleague() async throws {
        guard try await installation.members.list(for: owner).count == 1 else { return }
        _ = try await installation.members.add(
            .init(
                name: "周岚", email: "zhou@matou.local",
                password: Randomness.system.alphanumeric(24)), role: .editor, by: owner)
    }

    private func form() async throws -> Form {
        if let known = try await installation.forms.page(for: owner).elements.first { return known }
        var draft = Form.Draft()
        draft.title = "会员登记"
        draft.description = "登记后即为会员，生日当月有礼。"
        draft.fields = [
            .init(id: "name", kind: .text, label: "姓名", isRequired: true, role: .name),
            .init(id: "mobile", kind: .mobile, label: "手机号", isRequired: true, role: .key),
            .init(
                id: "interest", kind: .multiselect, label: "感兴趣的品类",
                options: ["护肤", "彩妆", "香氛", "礼盒"]),
        ]
        return try await installation.forms.create(draft, by: owner)
    }

    private func picture() async throws -> Material.ID {
        let symbol = try QRSymbol.encode("https://work.weixin.qq.com/gm/demo")
        let png = try QRPicture(symbol, size: .pixels(430)).png()
        return try await installation.materials.upload(
            AsyncStream { stream in
                stream.yield(png)
                stream.finish()
            }, named: "会员群二维码.png", by: owner
        ).material.id
    }

    private func saveArticle(with picture: Material.ID) async throws {
        guard try await installation.newsCards.page(for: owner).elements.isEmpty else { return }
        _ = try await installation.newsCards.create(.init(article(with: picture)), by: owner)
    }

    private func article(with picture: Material.ID) -> ReplyItem.Card {
        .init(
            title: "新品试用装，先到先得", description: "凭此消息到任一门店领取试用装，每人一份。",
            url: "https://example.com/autumn", picture: picture)
    }

    private func batch(beside known: [QRCode]) async throws -> [QRCode] {
        var draft = QRCode.Draft()
        draft.kind = .permanent
        draft.group = "双十一"
        draft.reply = [.text("双十一快闪店欢迎您，现场扫码抽奖。")]
        let names = "双十一_杭州_湖滨银泰\n双十一_苏州_观前街\n双十一_南京_新街口\n双十一_宁波_天一广场\n"
        let batch = try await installation.imports.check(
            Array(names.utf8), named: "双十一快闪店.csv",
            .init(draft: draft, takesSourceFromName: true), on: account, by: owner)
        _ = try await installation.imports.start(batch.id, by: owner)
        await settle { try await installation.imports.find(batch.id, for: owner).state == .done }
        let older = Set(known.map(\.id))
        return try await installation.qrCodes.page(QRCodeFilter(account: account), for: owner)
            .codes.elements.filter { !older.contains($0.id) }
    }

    private func drafts(sending form: Form, _ picture: Material.ID) -> [QRCode.Draft] {
        var stores = draft(
            "门店拉新活动_上海_静安门店", group: "门店拉新", source: "线下门店",
            [.text("欢迎来到静安店！\n出示此消息领取新会员礼。"), .form(form.id)])
        stores.contactTags = ["上海会员", "门店客人"]
        stores.followerTags = ["门店粉丝"]
        var xuhui = draft(
            "门店拉新活动_上海_徐汇门店", group: "门店拉新", source: "线下门店",
            [.text("欢迎来到徐汇店！扫码进会员群："), .image(picture)])
        xuhui.contactTags = ["上海会员", "门店客人"]
        xuhui.followerTags = ["门店粉丝"]
        var autumn = draft(
            "秋季新品_海报_地铁二号线", group: "秋季新品", source: "地铁广告",
            [.news(article(with: picture))])
        autumn.contactTags = ["新品兴趣"]
        autumn.followerTags = ["新品"]
        var next = draft(
            "双十二_预热海报", group: "双十二", source: "海报", [.text("双十二会场已开，欢迎选购。")])
        next.startsAt = WallClock.system.now() + .seconds(5 * 86_400)
        return [
            stores, xuhui, autumn,
            draft("会员日_短信_老客召回", group: "会员日", source: "短信", [], days: 30),
            draft(
                "展会_易拉宝_虹桥会展中心", group: "展会", source: "展会", [.text("感谢关注，资料稍后奉上 🎁")],
                days: 21),
            draft(
                "店庆_朋友圈_三周年", group: "店庆", source: "朋友圈", [.text("店庆快乐，到店有礼。")], days: 7),
            next,
        ]
    }

    private func draft(
        _ name: String, group: String, source: String, _ reply: [ReplyItem], days: Int? = nil
    ) -> QRCode.Draft {
        var draft = QRCode.Draft()
        draft.name = name
        draft.group = group
        draft.source = source
        draft.reply = reply
        draft.kind = days == nil ? .permanent : .temporary
        draft.lifetimeSeconds = days.map { $0 * 86_400 }
        return draft
    }
}

/// Waits until it holds, at most for five seconds: a demo with a gap is better than none.
func settle(until isSettled: () async throws -> Bool) async {
    let end = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < end {
        if (try? await isSettled()) == true { return }
        try? await Task.sleep(for: .milliseconds(2))
    }
}
