import Foundation
import HTTPClient
import Testing
import WeChat

private let ming = "oTEST0000000000000000000001"
private let hong = "oTEST0000000000000000000002"

private func expectRefusal(
    _ code: ErrorCode, of body: () async throws(WeChatError) -> Void
) async {
    guard case .refused(let refused, _) = await failure(of: body) else {
        Issue.record("not refused")
        return
    }
    #expect(refused == code)
}

func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
}

extension GoldenExchangeTests {
    static let qrCodeCalls: [String: Call] = [
        "qrcode-create-temporary-text": {
            let code = try await $0.createQRCode(.text("store-042"), .temporary(seconds: 604_800))
            #expect(code.ticket == "gQF_8DwAAAAAAAAAAS5odHRwOi8v+a/b=")
            #expect(code.url == "http://weixin.qq.com/q/02MockTicket0000000000A")
            #expect(code.expireSeconds == 604_800)
        },
        "qrcode-create-temporary-number": {
            _ = try await $0.createQRCode(.number(4_294_967_295), .temporary(seconds: 60))
        },
        "qrcode-create-permanent-text": {
            let code = try await $0.createQRCode(.text("store-042"), .permanent)
            #expect(code.expireSeconds == nil)
        },
        "qrcode-create-permanent-number": {
            _ = try await $0.createQRCode(.number(100_000), .permanent)
        },
        "qrcode-create-refused": { client in
            await expectRefusal(.apiUnauthorized) { () async throws(WeChatError) in
                _ = try await client.createQRCode(
                    .text("store-042"), .temporary(seconds: 604_800))
            }
        },
        "showqrcode": {
            let ticket = "gQF_8DwAAAAAAAAAAS5odHRwOi8v+a/b="
            let picture = try await $0.qrCodePicture(ticket: ticket)
            #expect(picture.contentType == "image/jpg")
            #expect(picture.bytes == Array("(the bytes of a JPEG)".utf8))
        },
        "showqrcode-unknown": { client in
            let error = await failure { () async throws(WeChatError) in
                try await client.qrCodePicture(ticket: "gQGONE")
            }
            #expect(error == .invalidAnswer(InvalidAnswer(status: 404, .unexpectedStatus)))
        },
    ]

    static let messages: [CustomMessage] = [
        .text("欢迎来到码头！\n<a href=\"https://example.com/a?b=1&c=2\">点这里</a> 😀"),
        .image(mediaID: "M1"), .voice(mediaID: "M1"),
        .video(.init(mediaID: "M1", thumbMediaID: "M2", title: "T", description: "D")),
        .music(
            .init(
                title: "T", description: "D", url: "https://example.com/a.mp3",
                highQualityURL: "https://example.com/hq.mp3", thumbMediaID: "M2")),
        .news(
            .init(
                title: "展会", description: "D", url: "https://example.com/",
                pictureURL: "https://example.com/a.png")),
        .mpnews(mediaID: "M1"), .mpnewsarticle(articleID: "A1"),
        .msgmenu(
            .init(
                head: "Rate us",
                choices: [.init(id: "101", content: "good"), .init(id: "102", content: "bad")],
                tail: "thanks")),
        .miniprogrampage(
            .init(
                title: "T", appID: "wx1111222233334444", path: "pages/index?from=qr",
                thumbMediaID: "M2")),
        .wxcard(cardID: "C1"),
    ]

    static let messageCalls: [String: Call] = {
        var calls: [String: Call] = [
            "custom-send-text-as-agent": {
                try await $0.send(.text("hello"), to: ming, as: "anna@matou")
            },
            "custom-send-too-late": { client in
                await expectRefusal(.replyWindowClosed) { () async throws(WeChatError) in
                    try await client.send(.text("hello"), to: ming)
                }
            },
            "custom-typing": { try await $0.showTyping(true, to: ming) },
        ]
        for message in messages {
            calls["custom-send-" + message.type] = { try await $0.send(message, to: ming) }
        }
        return calls
    }()

    static let followerCalls: [String: Call] = [
        "tags-create": {
            let tag = try await $0.createTag(named: "展会2026")
            #expect(tag.id == 134 && tag.name == "展会2026" && tag.count == nil)
        },
        "tags-get": {
            let answer = try await $0.tags().map(\.count)
            #expect(answer == [0, 5])
        },
        "tags-update": { try await $0.renameTag(134, to: "new") },
        "tags-delete": { try await $0.deleteTag(134) },
        "tags-batchtagging": { try await $0.tag([ming, hong], with: 134) },
        "tags-batchuntagging": { try await $0.untag([ming, hong], from: 134) },
        "tags-getidlist": {
            let answer = try await $0.tagIDs(of: ming)
            #expect(answer == [134, 2])
        },
        "user-tag-get": {
            let page = try await $0.followers(withTag: 134)
            #expect(page.openIDs == [ming, hong] && page.next == hong)
        },
        "user-tag-get-empty": {
            let page = try await $0.followers(withTag: 134)
            #expect(page.openIDs.isEmpty && page.next.isEmpty)
        },
        "user-info": {
            let profile = try await $0.profile(of: ming)
            #expect(profile.isFollowing && profile.followedAt == 1_716_200_000)
            #expect(profile.scene == .text("store-042") && profile.tagIDs == [134, 2])
            #expect(profile.unionID == "oUNION00000000000000000001")
            #expect(profile.followScene == "ADD_SCENE_QR_CODE")
        },
        "user-info-not-following": {
            let profile = try await $0.profile(of: hong)
            #expect(!profile.isFollowing && profile.followedAt == nil && profile.scene == nil)
        },
        "user-info-batchget": {
            let profiles = try await $0.profiles(of: [ming, hong])
            #expect(profiles.map(\.isFollowing) == [true, false])
            #expect(profiles.first?.scene == .number(98765))
        },
        "user-get": {
            let page = try await $0.followers()
            #expect(page.total == 2 && page.openIDs == [ming, hong] && page.next == hong)
        },
        "user-updateremark": { try await $0.setRemark("老客户", on: ming) },
        "getcallbackip": {
            let answer = try await $0.callbackAddresses()
            #expect(answer == ["101.226.62.77", "101.226.62.78"])
        },
        "clear-quota": { try await $0.clearQuota() },
        "quota-get": {
            let quota = try await $0.quota(of: "/cgi-bin/qrcode/create")
            #expect(quota.dailyLimit == 100_000 && quota.used == 3 && quota.remaining == 99997)
        },
    ]

    static let libraryCalls: [String: Call] = [
        "media-upload-image": {
            let poster = File(name: "海报.png", contentType: "image/png", "(png)")
            let media = try await $0.uploadTemporary(poster, as: .image)
            #expect(media.mediaID == "MOCKMEDIA0001" && media.createdAt == 1_716_200_000)
        },
        "media-upload-thumb": {
            let answer = try await $0.uploadTemporary(.jpeg, as: .thumb).mediaID
            #expect(answer == "MOCKTHUMB0001")
        },
        "media-uploadimg": {
            let answer = try await $0.uploadArticlePicture(.jpeg)
            #expect(answer == "http://mmbiz.qpic.cn/x")
        },
        "material-add-image": {
            let material = try await $0.addMaterial(.jpeg, as: .image)
            #expect(material.mediaID == "MAT1" && material.url == "http://mmbiz.qpic.cn/x")
        },
        "material-add-video": {
            let film = File(name: "a.mp4", contentType: "video/mp4", "(mp4)")
            let material = try await $0.addMaterial(
                film, as: .video, video: (title: "T", introduction: "介绍"))
            #expect(material.mediaID == "MAT2" && material.url == nil)
        },
        "material-batchget": {
            let page = try await $0.materials(.image, from: 0, count: 20)
            #expect(page.total == 1 && page.items.map(\.name) == ["a.jpg"])
        },
        "material-count": {
            let counts = try await $0.materialCounts()
            #expect(counts.voices == 1 && counts.videos == 2)
            #expect(counts.images == 3 && counts.articles == 4)
        },
        "material-get-image": {
            let file = File(name: "", contentType: "image/jpeg", "(the bytes of a JPEG)")
            let answer = try await $0.material("MAT1")
            #expect(answer == .file(file))
        },
        "material-get-video": {
            let video = MaterialContent.video(
                title: "T", description: "D", url: "http://mp.weixin.qq.com/v")
            let answer = try await $0.material("MAT2")
            #expect(answer == video)
        },
        "material-get-articles": {
            guard case .articles(let articles) = try await $0.material("MAT3") else {
                Issue.record("no articles")
                return
            }
            #expect(articles.map(\.content) == ["<p>..</p>"])
        },
        "material-get-unknown": { client in
            await expectRefusal(.invalidMediaID) { () async throws(WeChatError) in
                _ = try await client.material("GONE")
            }
        },
        "material-del": { try await $0.deleteMaterial("MAT1") },
        "draft-batchget": {
            let page = try await $0.drafts(from: 0, count: 20)
            let draft = try #require(page.items.first)
            #expect(draft.mediaID == "MOCKDRAFT01" && draft.articles.first?.title == "Expo")
            #expect(draft.articles.first?.content.isEmpty == true)
        },
        "freepublish-batchget": {
            let page = try await $0.publications(from: 0, count: 20)
            let published = try #require(page.items.first)
            #expect(published.articleID == "MOCKARTICLE01")
            #expect(published.articles.first?.isDeleted == false)
        },
        "draft-count": {
            let answer = try await $0.draftCount()
            #expect(answer == 7)
        },
        "draft-get": {
            let answer = try await $0.draftArticles("MOCKDRAFT01").map(\.title)
            #expect(answer == ["Expo"])
        },
    ]
}

extension File {
    fileprivate static let jpeg = File(name: "a.jpg", contentType: "image/jpeg", "(jpg)")

    fileprivate init(name: String, contentType: String, _ text: String) {
        self.init(name: name, contentType: contentType, bytes: Array(text.utf8))
    }
}
