import Foundation
import HTTP
import Matou

/// The page of a code, as its template shows it.
struct QRCodeShowView: Sendable {
    let code: Code
    let state: State?
    let facts: [FactRow]
    let reply: ReplyView
    let stats: [Stat]
    let trend: Trend
    let scanners: ScannersView

    struct Code: Sendable {
        let path: String
        let name: String
        let status: Chip
        let type: String
        let source: String?
        let group: Group?
        let picture: Picture?
        let downloads: Downloads?
        let copyPath: String?
        let editPath: String?
        let deletePath: String?
        let tryPath: String?
    }

    struct Group: Sendable {
        let path: String
        let name: String
    }

    struct Picture: Sendable {
        let path: String
        let description: String
        let isFaded: Bool
    }

    struct Downloads: Sendable {
        let sizes: [Size]
        let prints: [Print]
        let link: Copyable
        let content: Copyable
    }

    struct Size: Sendable {
        let path: String
        let label: String
        let use: String
    }

    struct Print: Sendable {
        let path: String
        let size: String
        let distance: String
    }

    /// What is special about the code now, and what to do about it.
    struct State: Sendable {
        let tone: String
        let icon: String
        let title: String
        let text: String
        let reason: String?
        let retryPath: String?
    }

    struct ReplyView: Sendable {
        let chip: Chip?
        let items: Items?
        let delivery: Delivery?

        struct Items: Sendable { let list: [Item] }

        struct Item: Sendable {
            let number: Int
            let icon: String
            let label: String
            let text: String
            let runs: [QRCodeFormView.Run]
        }

        struct Delivery: Sendable {
            let counts: [Count]
            let reasons: [Reason]
        }

        struct Count: Sendable {
            let label: String
            let figure: String
        }

        struct Reason: Sendable {
            let count: String
            let text: String
        }
    }

    struct Trend: Sendable {
        let ranges: [Tab]
        let chart: DayChart
    }
}

/// What the page of a code is drawn from.
struct QRCodeShowContext: Sendable {
    let code: QRCode
    let account: Account
    let report: CodeReport
    let delivery: ReplyDelivery
    let names: [String: String]
    let mayEdit: Bool
    let settings: SiteSettings
    let address: PageAddress
    let filter: ScannerFilter
    let days: Int
    let now: Timestamp
    let wording: Wording
}

extension QRCodeShowView {
    init(_ context: QRCodeShowContext, scanners: ScannersView) {
        code = Code(context)
        state = State(context)
        facts = Self.facts(context)
        reply = ReplyView(context)
        stats = Self.stats(context)
        trend = Trend(
            ranges: QRCodePages.ranges.map { days in
                Tab(
                    path: context.address.with("days", String(days)).text,
                    label: context.wording("common.range.days", ["days": String(days)]),
                    count: "", isCurrent: days == context.days)
            }, chart: DayChart(context.report, context.wording))
        self.scanners = scanners
    }

    private static func facts(_ context: QRCodeShowContext) -> [FactRow] {
        let (code, wording, now) = (context.code, context.wording, context.now)
        func fact(_ key: String, _ text: String) -> FactRow {
            FactRow(label: wording("qr-codes.fact.\(key)"), text: text)
        }
        func by(_ actor: String, _ time: Timestamp) -> String {
            wording(
                "qr-codes.fact.by",
                ["name": context.names[actor] ?? actor, "date": wording.date(time, now: now)])
        }
        var facts = [fact("account", context.account.name)]
        if let group = code.group { facts.append(fact("group", group.name)) }
        if !code.source.isEmpty { facts.append(fact("source", code.source)) }
        if let made = code.made {
            facts.append(
                fact(
                    "valid",
                    made.expiresAt.map {
                        wording("qr-codes.fact.valid-until", ["date": wording.exact($0)])
                    } ?? wording("qr-codes.fact.valid-permanent")))
        }
        if let starts = code.startsAt { facts.append(fact("starts", wording.exact(starts))) }
        facts.append(fact("scene", code.scene))
        facts.append(fact("created", by(code.createdBy, code.createdAt)))
        facts.append(fact("updated", by(code.updatedBy, code.updatedAt)))
        return facts
    }

    private static func stats(_ context: QRCodeShowContext) -> [Stat] {
        let (counts, today, wording) = (
            context.report.counts, context.report.today, context.wording
        )
        func stat(
            _ key: String, _ figure: Int, note: Stat.Note?, leadsTo group: ScannerFilter.Group?
        ) -> Stat {
            Stat(
                path: group.map {
                    context.address.with("kind", $0 == .all ? nil : $0.rawValue)
                        .with("cursor", nil).text + "#scanners"
                },
                isCurrent: group != nil && group == context.filter.group,
                label: wording("metric.\(key)"), definition: wording("metric.\(key).definition"),
                figure: wording.number(figure), note: note)
        }
        func gained(_ count: Int) -> Stat.Note? {
            count > 0
                ? Stat.Note(
                    tone: "up", text: wording("metric.today", ["count": wording.number(count)]))
                : nil
        }
        let lost = wording.share(counts.unfollowed, of: counts.scanners).map {
            Stat.Note(tone: "down", text: wording("metric.share", ["percent": $0]))
        }
        let received = Stat.Note(
            tone: "quiet",
            text: wording("metric.people", ["count": wording.number(counts.repliesReceived)]))
        return [
            stat("scans", counts.scans, note: gained(today.scans), leadsTo: nil),
            stat("scanners", counts.scanners, note: gained(today.scanners), leadsTo: .all),
            stat(
                "new-followers", counts.newFollowers, note: gained(today.newFollowers),
                leadsTo: nil),
            stat(
                "unfollowed", counts.unfollowed, note: counts.unfollowed > 0 ? lost : nil,
                leadsTo: .unfollowed),
            stat("replies-sent", counts.repliesSent, note: received, leadsTo: nil),
        ]
    }
}

extension QRCodeShowView.Code {
    fileprivate init(_ context: QRCodeShowContext) {
        let (code, wording) = (context.code, context.wording)
        let status = code.status(at: context.now)
        path = code.path
        name = code.name
        self.status = code.statusChip(wording, now: context.now)
        type = code.typeText(wording, now: context.now)
        source = code.source.isEmpty ? nil : code.source
        group = code.group.map {
            QRCodeShowView.Group(path: "/qr-codes?group=\($0.id)", name: $0.name)
        }
        let picturePath = code.path + "/image?format=svg"
        picture = code.made.map { _ in
            QRCodeShowView.Picture(
                path: picturePath,
                description: wording("qr-codes.picture-of", ["name": code.name]),
                isFaded: status == .expired)
        }
        downloads = code.made.map { made in
            QRCodeShowView.Downloads(code, made, context.settings, wording)
        }
        let isFailed = status == .creationFailed
        copyPath = context.mayEdit && !isFailed ? "/qr-codes/new?copy=\(code.id)" : nil
        editPath = context.mayEdit ? code.path + "/edit" : nil
        deletePath = context.mayEdit ? code.path + "/delete" : nil
        tryPath = code.made.flatMap { context.settings.phonePath(scanning: $0.content) }
    }
}

extension QRCodeShowView.Downloads {
    fileprivate init(
        _ code: QRCode, _ made: QRCode.Made, _ settings: SiteSettings, _ wording: Wording
    ) {
        let image = code.path + "/image?download=1&"
        let pictures = CodePictures.sizes.map { size in
            QRCodeShowView.Size(
                path: image + "size=\(size)", label: String(size),
                use: wording("qr-codes.download.\(size)"))
        }
        let drawing = QRCodeShowView.Size(
            path: image + "format=svg", label: "SVG", use: wording("qr-codes.download.svg"))
        sizes = pictures + [drawing]
        prints = CodePictures.prints.map { print in
            QRCodeShowView.Print(
                path: image + "print=\(print.centimetres)cm", size: "\(print.centimetres) cm",
                distance: "\(print.metres.formatted()) m")
        }
        link = Copyable(label: wording("qr-codes.link"), text: settings.publicURL(of: code))
        content = Copyable(label: wording("qr-codes.content"), text: made.content)
    }
}

extension QRCodeShowView.State {
    fileprivate init?(_ context: QRCodeShowContext) {
        let (code, wording) = (context.code, context.wording)
        func date(_ time: Timestamp?) -> [String: String] {
            ["date": time.map(wording.exact) ?? ""]
        }
        switch code.status(at: context.now) {
        case .inEffect: return nil
        case .creationFailed:
            guard case .failed(let fault) = code.making else { return nil }
            self.init(
                tone: "bad", icon: "icons/bad", title: wording("qr-codes.state.failed"),
                text: wording("qr-codes.state.failed-text") + " "
                    + fault.explanation(in: wording.language),
                reason: fault.answer.map { "\($0.code) \($0.words)" },
                retryPath: context.mayEdit ? code.path + "/retry" : nil)
        case .expired:
            self.init(
                tone: "warn", icon: "icons/warn", title: wording("qr-codes.state.expired"),
                text: wording("qr-codes.state.expired-text", date(code.made?.expiresAt)),
                reason: nil, retryPath: nil)
        case .notInEffect:
            guard let starts = code.startsAt, code.made != nil else {
                self.init(
                    tone: "plain", icon: "icons/notice",
                    title: wording("qr-codes.no-picture"), text: "", reason: nil, retryPath: nil)
                return
            }
            self.init(
                tone: "plain", icon: "icons/notice", title: wording("qr-codes.state.waiting"),
                text: wording("qr-codes.state.waiting-text", date(starts)), reason: nil,
                retryPath: nil)
        }
    }
}

extension QRCodeShowView.ReplyView {
    fileprivate init(_ context: QRCodeShowContext) {
        let (code, wording) = (context.code, context.wording)
        let items = code.reply.items.enumerated().map { index, item in
            switch item {
            case .text(let text):
                Item(
                    number: index + 1, icon: "icons/text", label: wording("qr-codes.format.text"),
                    text: text, runs: QRCodeFormView.Bubble(text).runs)
            }
        }
        chip =
            items.isEmpty
            ? nil : Chip(wording("qr-codes.reply-chip", ["count": String(items.count)]), .good)
        self.items = items.isEmpty ? nil : Items(list: items)
        delivery = context.delivery.isEmpty ? nil : Delivery(context.delivery, wording)
    }
}

extension QRCodeShowView.ReplyView.Delivery {
    fileprivate init(_ delivery: ReplyDelivery, _ wording: Wording) {
        let states: [ReplySend.State] = [.sent, .failed, .tooLate, .unknown]
        counts = states.filter { delivery.count(of: $0) > 0 }.map { state in
            .init(
                label: wording("qr-codes.delivery.\(state.rawValue)"),
                figure: wording.number(delivery.count(of: state)))
        }
        reasons = delivery.failures.map { failure in
            .init(
                count: wording.number(failure.count),
                text: failure.fault.explanation(in: wording.language))
        }
    }
}

extension SiteSettings {
    /// The mock's phone with a code ready to be scanned; nil where WeChat is real.
    func phonePath(scanning content: String) -> String? {
        mockGatewayURL.map { "\($0)/?scan=" + PercentCoding.encodeQueryComponent(content) }
    }
}
