import Foundation
import HTTP
import Matou

/// What a person typed into the form of a code, as they typed it, so that an error loses nothing.
struct QRCodeForm: Sendable {
    var name = ""
    /// Nil for a word that is no kind.
    var type: QRCode.Kind.Name? = .temporary
    var lifetime = LifetimeForm(seconds: QRCode.lifetimeSeconds.upperBound)
    var source = ""
    var group = ""
    var startsAt = ""
    var contactTags: [String] = []
    var followerTags: [String] = []
    var repliesAreOn = false
    var items: [ReplyItemForm] = []
    var version: Int?
    /// The id of the code that this is a copy of, whose looks it has; empty for none.
    var copyOf = ""

    init() {}

    init(_ form: Form) {
        name = form.first("name") ?? ""
        type = form.first("type").flatMap(QRCode.Kind.Name.init)
        lifetime = LifetimeForm(form)
        source = form.first("source") ?? ""
        group = form.first("group") ?? ""
        startsAt = form.first("starts_at") ?? ""
        contactTags = form.tagNames("contact_tags")
        followerTags = form.tagNames("follower_tags")
        repliesAreOn = form.first("reply") == "some"
        items = [ReplyItemForm](form)
        version = form.first("version").flatMap(Int.init)
        copyOf = form.first("copy") ?? ""
    }

    /// The form of a code as it is, to change or to copy.
    init(_ draft: QRCode.Draft, zone: TimeZone) {
        name = draft.name
        type = draft.kind
        if let seconds = draft.lifetimeSeconds { lifetime = LifetimeForm(seconds: seconds) }
        source = draft.source
        group = draft.group
        startsAt = draft.startsAt.map { LocalTime.text($0, in: zone) } ?? ""
        contactTags = draft.contactTags
        followerTags = draft.followerTags
        repliesAreOn = !draft.reply.isEmpty
        items = draft.reply.enumerated().map { ReplyItemForm(key: String($0 + 1), $1) }
    }

    /// Makes the reply one item.
    mutating func reply(with item: ReplyItem) {
        repliesAreOn = true
        items = [ReplyItemForm(key: "1", item)]
    }

    /// The draft, with what is wrong already with the texts themselves.
    ///
    /// - Parameter kept: type and life of a code that is changed: its form does not have them.
    func draft(zone: TimeZone, keeping kept: QRCode.Draft? = nil) -> QRCode.Draft {
        var draft = QRCode.Draft()
        draft.name = name
        draft.source = source
        draft.group = group
        draft.contactTags = contactTags
        draft.followerTags = followerTags
        draft.design = kept?.design
        if let kept {
            draft.kind = kept.kind
            draft.lifetimeSeconds = kept.lifetimeSeconds
        } else if let type {
            draft.kind = type
            if type == .temporary { draft.lifetimeSeconds = lifetime.seconds(&draft.faults) }
        } else {
            draft.faults.append(
                FieldFault("type", .notOneOf(QRCode.Kind.Name.allCases.map(\.rawValue))))
        }
        if let stored = kept?.startsAt, LocalTime.text(stored, in: zone) == startsAt {
            // The box shows minutes; what nobody touched keeps its seconds.
            draft.startsAt = stored
        } else if !startsAt.isEmpty {
            draft.startsAt = LocalTime.parse(startsAt, in: zone)
            if draft.startsAt == nil { draft.faults.append(FieldFault("starts_at", .malformed)) }
        }
        if repliesAreOn {
            // Empty boxes are boxes that nobody filled: the form shows three without JavaScript.
            let filled = items.filter { !$0.isEmpty }
            draft.reply = filled.map(\.item)
            if filled.isEmpty { draft.faults.append(FieldFault("reply", .required)) }
        }
        return draft
    }
}

/// The texts of `<input type="datetime-local">`: a time of the workspace's zone, to the minute.
enum LocalTime {
    static func text(_ time: Timestamp, in zone: TimeZone) -> String {
        format(zone).string(from: time.date)
    }

    static func parse(_ text: String, in zone: TimeZone) -> Timestamp? {
        guard text.utf8.count == 16, let date = format(zone).date(from: text) else { return nil }
        return Timestamp(seconds: Int64(date.timeIntervalSince1970))
    }

    private static func format(_ zone: TimeZone) -> DateFormatter {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = zone
        format.dateFormat = "yyyy-MM-dd'T'HH:mm"
        format.isLenient = false
        return format
    }
}
