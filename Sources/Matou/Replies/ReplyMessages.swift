import SQL
import WeChat

/// Makes the message of a reply item: with WeChat's ids of files, uploaded first where they are
/// missing, and with the public addresses of covers and forms.
struct ReplyMessages: Sendable {
    let database: any Database
    let media: TemporaryMediaKeeper
    let forms: Forms
    /// Without a final slash.
    let publicURL: String

    /// The message of an item that needs nothing but itself; nil for the others.
    static func plain(_ send: ReplySend) -> CustomMessage? {
        switch send.item {
        case .text(let text): .text(text)
        case .menu(let menu):
            .msgmenu(
                CustomMessage.Menu(
                    head: menu.head,
                    choices: menu.choices.enumerated().map { index, choice in
                        let tap = MenuTap(scan: send.scan, position: send.position, choice: index)
                        return CustomMessage.Menu.Choice(id: tap.id, content: choice.text)
                    }, tail: menu.tail))
        default: nil
        }
    }

    /// - Parameter renewed: whether WeChat has just refused the ids that we had.
    /// - Throws: `WeChatError` of an upload; `Refusal.missing` when what it names is gone.
    func message(
        for send: ReplySend, on account: Account.ID, in workspace: Workspace.ID,
        renewed: Bool = false
    ) async throws -> CustomMessage {
        if let plain = Self.plain(send) { return plain }
        if case .form(let id) = send.item {
            return try await card(of: id, for: send, on: account, in: workspace)
        }
        var ids: [String] = []
        for upload in send.item.uploads {
            let key = TemporaryMediaKey(
                workspace: workspace, account: account, source: upload.source, type: upload.type)
            let stale =
                renewed ? try await database.read { try $0.temporaryMedia(key)?.mediaID } : nil
            ids.append(try await media.mediaID(of: key, insteadOf: stale))
        }
        let references = try await database.read {
            try $0.references(of: [send.item], on: account, withDeleted: true, in: workspace)
        }
        return try message(send.item, ids, references)
    }

    /// The card of a form, whose link knows whom it was sent to.
    private func card(
        of id: Form.ID, for send: ReplySend, on account: Account.ID, in workspace: Workspace.ID
    ) async throws -> CustomMessage {
        let follower = FollowerKey(account: account, openid: send.openid)
        guard let form = try await database.read({ try $0.form(id, in: workspace) }),
            let path = try await forms.link(
                to: id, for: follower, after: send.scan, of: send.code, in: workspace)
        else { throw Refusal.missing }
        return .news(
            CustomMessage.Article(
                title: form.title, description: form.description, url: publicURL + path,
                pictureURL: ""))
    }

    private func message(
        _ item: ReplyItem, _ ids: [String], _ references: ReplyReferences
    ) throws(Refusal) -> CustomMessage {
        switch item {
        case .image: return .image(mediaID: try ids.at(0))
        case .voice: return .voice(mediaID: try ids.at(0))
        case .video(let video):
            return .video(
                CustomMessage.Video(
                    mediaID: try ids.at(0), thumbMediaID: try ids.at(1), title: video.title,
                    description: video.description))
        case .article(let id):
            guard let article = references.articles[id] else { throw .missing }
            return switch article.reference {
            case .draft(let id): .mpnews(mediaID: id)
            case .published(let id): .mpnewsarticle(articleID: id)
            }
        case .news(let card), .link(let card):
            guard let picture = references.materials[card.picture] else { throw .missing }
            return .news(
                CustomMessage.Article(
                    title: card.title, description: card.description, url: card.url,
                    pictureURL: "\(publicURL)/m/\(picture.slug)"))
        case .miniProgram(let card):
            return .miniprogrampage(
                CustomMessage.MiniProgramPage(
                    title: card.title, appID: card.appID, path: card.path,
                    thumbMediaID: try ids.at(0)))
        case .form, .text, .menu: throw .missing
        }
    }
}

extension [String] {
    fileprivate func at(_ index: Int) throws(Refusal) -> String {
        guard indices.contains(index) else { throw .missing }
        return self[index]
    }
}
