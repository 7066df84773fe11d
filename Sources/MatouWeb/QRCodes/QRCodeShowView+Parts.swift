import Foundation
import HTTP
import Matou

extension QRCodeShowView.Code {
    init(_ context: QRCodeShowContext) {
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
        // The picture of a deleted code is not handed out any more.
        let made = code.deletedAt == nil ? code.made : nil
        let isBare = context.hasLogo && context.address["logo"] == "false"
        let query = isBare ? "&logo=false" : ""
        noPicture = wording(
            code.deletedAt == nil ? "qr-codes.no-picture" : "qr-codes.no-picture-deleted")
        let picturePath = code.path + "/image?format=svg" + query
        logo =
            context.hasLogo && made != nil
            ? QRCodeShowView.LogoChoice(
                tabs: [nil, "false"].map { value in
                    Tab(
                        path: context.address.with("logo", value).text,
                        label: wording(value == nil ? "designs.with-logo" : "designs.no-logo"),
                        count: "", isCurrent: isBare == (value != nil))
                }) : nil
        picture = made.map { _ in
            QRCodeShowView.Picture(
                path: picturePath,
                description: wording("qr-codes.picture-of", ["name": code.name]),
                isFaded: status == .expired)
        }
        downloads = made.map { made in
            QRCodeShowView.Downloads(code, made, query: query, context.settings, wording)
        }
        let isFailed = status == .creationFailed
        let mayEdit = context.mayEdit && code.deletedAt == nil
        copyPath = mayEdit && !isFailed ? "/qr-codes/new?copy=\(code.id)" : nil
        editPath = mayEdit ? code.path + "/edit" : nil
        designPath = mayEdit ? code.path + "/design" : nil
        deletePath = mayEdit ? code.path + "/delete" : nil
        revisionsPath = code.path + "/revisions"
        tryPath = code.made.flatMap { context.settings.phonePath(scanning: $0.content) }
        needsPhone = code.made != nil && tryPath == nil
    }
}

extension QRCodeShowView.Downloads {
    init(
        _ code: QRCode, _ made: QRCode.Made, query: String, _ settings: SiteSettings,
        _ wording: Wording
    ) {
        let image = code.path + "/image?download=1\(query)&"
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
                distance: String(format: "%g m", print.metres))
        }
        link = Copyable(label: wording("qr-codes.link"), text: settings.publicURL(of: code))
        content = Copyable(label: wording("qr-codes.content"), text: made.content)
    }
}

extension QRCodeShowView.State {
    init?(_ context: QRCodeShowContext) {
        let (code, wording) = (context.code, context.wording)
        func date(_ time: Timestamp?) -> [String: String] {
            ["date": time.map(wording.exact) ?? ""]
        }
        if let deletedAt = code.deletedAt {
            let who = code.deletedBy.map { context.names[$0] ?? $0 } ?? ""
            self.init(
                tone: "bad", icon: "icons/trash",
                title: wording(
                    "qr-codes.state.deleted", ["name": who, "date": wording.exact(deletedAt)]),
                text: wording("qr-codes.state.deleted-text"), reason: nil, retryPath: nil,
                restorePath: context.mayEdit ? code.path + "/restorations" : nil)
            return
        }
        switch code.status(at: context.now) {
        case .inEffect: return nil
        case .creationFailed:
            guard case .failed(let fault) = code.making else { return nil }
            self.init(
                tone: "bad", icon: "icons/bad", title: wording("qr-codes.state.failed"),
                text: wording(
                    fault.passesByItself
                        ? "qr-codes.state.failed-again" : "qr-codes.state.failed-text") + " "
                    + fault.explanation(in: wording, of: .code),
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
    init(_ context: QRCodeShowContext) {
        self.init(
            context.code.reply.items, context.references,
            delivery: Delivery(context), context.wording)
    }

    init(
        _ reply: [ReplyItem], _ references: ReplyReferences, delivery: Delivery? = nil,
        _ wording: Wording
    ) {
        let items = reply.enumerated().map { index, item in
            Item(
                number: index + 1, icon: item.format.icon,
                label: wording("replies.format.\(item.format.rawValue)"),
                bubble: ReplyBubble(item, references, wording),
                warning: references.isGone(item)
                    ? Notice(.warn, wording("articles.gone")) : nil)
        }
        chip =
            items.isEmpty
            ? nil : Chip(wording("qr-codes.reply-chip", ["count": String(items.count)]), .good)
        self.items = items.isEmpty ? nil : Items(list: items)
        self.delivery = delivery
    }
}

extension QRCodeShowView.ReplyView.Delivery {
    /// Nil for a code of which no reply item came to an end.
    init?(_ context: QRCodeShowContext) {
        let (wording, report) = (context.wording, context.report)
        counts = ReplySend.State.allCases.compactMap { state in
            guard let metric = Metric(repliesThat: state), report.counts[metric] > 0 else {
                return nil
            }
            return .init(
                label: wording("qr-codes.delivery.\(state.rawValue)"),
                figure: wording.number(report.counts[metric]), path: context.code.path(to: metric))
        }
        if counts.isEmpty { return nil }
        reasons = report.replyFailures.map { failure in
            .init(
                count: wording.number(failure.count),
                text: failure.fault.explanation(in: wording))
        }
    }
}

extension SiteSettings {
    /// The mock's phone with a code ready to be scanned; nil where WeChat is real.
    func phonePath(scanning content: String) -> String? {
        mockGatewayURL.map { "\($0)/?scan=" + PercentCoding.encodeQueryComponent(content) }
    }
}
