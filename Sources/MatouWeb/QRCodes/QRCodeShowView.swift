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
    let trend: TrendView
    let scanners: ScannersView

    struct Code: Sendable {
        let path: String
        let name: String
        let status: Chip
        let type: String
        let source: String?
        let group: Group?
        let picture: Picture?
        /// What stands in its place.
        let noPicture: String
        /// With the logo or without it, for picture and downloads; nil where there is none.
        let logo: LogoChoice?
        let downloads: Downloads?
        let copyPath: String?
        let editPath: String?
        let designPath: String?
        let deletePath: String?
        let tryPath: String?
        /// Made and scannable, but not by a phone of ours.
        let needsPhone: Bool
        let revisionsPath: String
    }

    struct LogoChoice: Sendable { let tabs: [Tab] }

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
        /// Brings a deleted code back.
        var restorePath: String? = nil
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
            let bubble: ReplyBubble
            /// Why nobody receives it.
            let warning: Notice?
        }

        struct Delivery: Sendable {
            let counts: [Count]
            let reasons: [Reason]
        }

        struct Count: Sendable {
            let label: String
            let figure: String
            /// Where it opens to its rows.
            let path: String
        }

        struct Reason: Sendable {
            let count: String
            let text: String
        }
    }
}

/// What the page of a code is drawn from.
struct QRCodeShowContext: Sendable {
    let code: QRCode
    let account: Account
    let report: CodeReport
    let references: ReplyReferences
    let names: [String: String]
    let mayEdit: Bool
    let settings: SiteSettings
    let address: PageAddress
    let hasLogo: Bool
    let filter: ScannerFilter
    let trend: TrendQuery
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
        trend = TrendView(
            context.report.days, context.trend, at: context.address,
            rowsPath: context.code.path + "/figures", context.wording)
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
        if !code.tags.follower.isEmpty {
            let reasons = code.tags.follower.compactMap { $0.fault?.explanation(in: wording) }
            facts.append(
                FactRow(
                    label: wording("qr-codes.fact.follower-tags"), text: "",
                    chips: code.tags.follower.map { Chip(putOn: $0, wording) },
                    trouble: Set(reasons).sorted()))
        }
        if !code.tags.contact.isEmpty {
            facts.append(
                FactRow(
                    label: wording("qr-codes.fact.contact-tags"), text: "",
                    chips: code.tags.contact.map { Chip($0.name) }))
        }
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
            _ metric: Metric, note: Stat.Note?, leadsTo group: ScannerFilter.Group? = nil
        ) -> Stat {
            Stat(
                path: group.map {
                    context.address.with("kind", $0 == .all ? nil : $0.rawValue)
                        .with("cursor", nil).text + "#scanners"
                },
                isCurrent: group != nil && group == context.filter.group,
                label: wording("metric.\(metric.key)"),
                definition: wording("metric.\(metric.key).definition"),
                figure: wording.number(counts[metric]), note: note,
                rowsPath: context.code.path(to: metric))
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
        return [
            stat(.scans, note: gained(today.scans)),
            stat(.scanners, note: gained(today.scanners), leadsTo: .all),
            stat(.newScanners, note: gained(today.newScanners), leadsTo: .new),
            stat(.existingScanners, note: gained(today.existingScanners), leadsTo: .existing),
            stat(.newFollowers, note: gained(today.newFollowers)),
            stat(.unfollowed, note: counts.unfollowed > 0 ? lost : nil, leadsTo: .unfollowed),
            stat(.repliesSent, note: gained(today.repliesSent)),
            stat(.repliesReceived, note: nil),
        ]
    }
}
