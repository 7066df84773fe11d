/// Draws the state as views.
extension World {
    func face(_ person: Person, scan: String = "") -> Face {
        Face(id: person.id, name: person.name, link: PhoneLink.phone(person.id, scan: scan))
    }

    func face(_ account: OfficialAccount, for person: Person) -> Face {
        Face(
            id: account.appid, name: account.name,
            link: PhoneLink.chat(person.id, account.appid))
    }

    /// The accounts as the phone lists them: those with the latest words first.
    func chatLines(_ person: Person, _ words: [String: String]) -> [ChatLine] {
        accounts.records.values
            .map { account in
                (account, inbox(of: person.id, appid: account.appid, includingOwn: true).last)
            }
            .sorted {
                ($1.1?.id ?? 0, $0.0.appid) < ($0.1?.id ?? 0, $1.0.appid)
            }
            .map { account, last in
                ChatLine(
                    account: face(account, for: person),
                    preview: last?.content.preview(words) ?? words["not_followed"] ?? "",
                    time: last?.at.clockTime ?? "")
            }
    }

    func chat(
        _ person: Person, with account: OfficialAccount, _ words: [String: String], at now: Moment
    ) -> Chat {
        let fan = fan(person.id, at: account.appid)
        var previous: Moment?
        let messages = inbox(of: person.id, appid: account.appid, includingOwn: true).suffix(200)
        let bubbles = messages.map { message in
            defer { previous = message.at }
            return bubble(message, person, account, after: previous, words)
        }
        return Chat(
            account: face(account, for: person), isFollowed: fan.isSubscribed,
            isTyping: fan.typingUntil.map { now < $0 } ?? false, bubbles: bubbles)
    }

    private func bubble(
        _ message: Message, _ person: Person, _ account: OfficialAccount, after previous: Moment?,
        _ words: [String: String]
    ) -> Bubble {
        let isOwn = message.origin == .person
        var bubble = Bubble(
            isOwn: isOwn, face: isOwn ? face(person) : face(account, for: person))
        if previous.map({ message.at - $0 >= .seconds(300) }) ?? true {
            bubble.time = message.at.clockTime
        }
        switch message.content {
        case .text(let text):
            if message.origin == .notice {
                bubble.note = text
            } else {
                bubble.text = RichTextView(runs: RichText(text).runs)
            }
        case .image(let id): bubble.picture = pictureLink(id)
        case .voice(let id):
            bubble.file = FileView(kind: words["voice"] ?? "", link: fileLink(id))
        case .video(let id, let title, _):
            bubble.file = FileView(
                kind: words["video"] ?? "", title: title.isEmpty ? nil : title, link: fileLink(id))
        case .music(let title, _, let url):
            bubble.file = FileView(
                kind: words["music"] ?? "", title: title, link: PhoneLink.external(url))
        case .card(let id): bubble.file = FileView(kind: words["coupon"] ?? "", title: id)
        case .news(let articles): bubble.article = articles.first.map(ArticleView.init)
        case .menu(let head, let items, let tail):
            bubble.menu = MenuView(
                head: head.isEmpty ? nil : RichTextView(runs: RichText(head).runs),
                choices: items.map {
                    MenuChoice(message: message.id, item: $0.id, content: $0.content)
                },
                tail: tail.isEmpty ? nil : RichTextView(runs: RichText(tail).runs))
        case .miniProgram(let card):
            bubble.miniProgram = MiniProgramView(
                title: card.title, appid: card.appid, pagepath: card.pagepath,
                picture: pictureLink(card.thumbMediaID))
        case .followed, .unfollowed, .scanned: bubble.note = message.content.preview(words)
        }
        return bubble
    }

    private func pictureLink(_ id: String) -> String? {
        files[id] == nil ? nil : "/mock/media/\(id)"
    }

    private func fileLink(_ id: String) -> String? {
        pictureLink(id)
    }
}

extension Message.Content {
    /// One line for the list of chats.
    func preview(_ words: [String: String]) -> String {
        func bracketed(_ key: String) -> String { "[\(words[key] ?? key)]" }
        switch self {
        case .text(let text): return RichText(text).runs.map(\.text).joined()
        case .image: return bracketed("picture")
        case .voice: return bracketed("voice")
        case .video: return bracketed("video")
        case .music: return bracketed("music")
        case .card: return bracketed("coupon")
        case .news(let articles): return bracketed("article") + (articles.first?.title ?? "")
        case .menu(let head, let items, _): return head.isEmpty ? items.first?.content ?? "" : head
        case .miniProgram(let card): return bracketed("mini_program") + card.title
        case .followed: return words["you_followed"] ?? ""
        case .unfollowed: return words["you_unfollowed"] ?? ""
        case .scanned(let scene): return "\(words["you_scanned"] ?? "") \(scene)"
        }
    }
}
