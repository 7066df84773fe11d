import Foundation
import HTTP
import Matou

/// The state of the list of codes as its address has it: filters, order and page.
struct QRCodeQuery: Sendable {
    static let filterNames = [
        "account", "q", "status", "type", "group", "source", "creator", "from", "to", "sort",
    ]
    static let names = filterNames + ["limit", "cursor", "before"]
    static let sizes = [20, 50, 100]
    /// The group of codes that are in none, and the creator who is the visitor.
    static let ungrouped = "none"
    static let me = "me"

    let filter: QRCodeFilter
    let limit: Int
    let place: PagePlace
    /// As typed, for the form.
    let dates: (from: String, to: String)
    let creator: String
    let address: PageAddress

    init(_ items: [QueryItem], on account: Account.ID, _ visit: Visit) {
        let value = { (name: String) in items.first { $0.name == name }?.value ?? "" }
        let zone = visit.workspace.timeZone
        var filter = QRCodeFilter(
            account: AccountChoices.chosen(value("account"), own: account))
        filter.name = value("q").trimmingWhitespace()
        let source = value("source").trimmingWhitespace()
        filter.source = source.isEmpty ? nil : source
        filter.status = QRCode.Status(rawValue: value("status"))
        filter.kind = QRCode.Kind.Name(rawValue: value("type"))
        filter.group = QRCodeFilter.Grouping(value("group"))
        dates = (value("from"), value("to"))
        filter.createdFrom = LocalTime.parse(dates.from + "T00:00", in: zone)
        // Through the end of that day.
        filter.createdBefore = LocalTime.dayAfter(dates.to, in: zone)
        creator = value("creator")
        if !creator.isEmpty {
            filter.creator = visit.principal.creator(named: creator)
        }
        filter.sort = QRCodeFilter.Sort(rawValue: value("sort")) ?? .newest
        self.filter = filter
        limit = Int(value("limit")).flatMap { Self.sizes.contains($0) ? $0 : nil } ?? Self.sizes[0]
        let cursor = { (name: String) in Cursor(text: value(name), sort: filter.sort.rawValue) }
        place =
            cursor("before").map(PagePlace.before) ?? cursor("cursor").map(PagePlace.after)
            ?? .first
        address = PageAddress("/qr-codes", items, keeping: Self.names)
    }

    /// The address of the first page.
    var firstPage: PageAddress { address.with("cursor", nil).with("before", nil) }

    /// What a form sends along to mean the same codes again.
    var filterText: String {
        firstPage.with("limit", nil).text.split(separator: "?", maxSplits: 1).dropFirst().first
            .map(String.init) ?? ""
    }
}

extension QRCodeFilter.Grouping {
    /// Nil for an empty text: any group.
    init?(_ text: String) {
        if text.isEmpty { return nil }
        self = text == QRCodeQuery.ungrouped ? .ungrouped : .group(CodeGroup.ID(text))
    }
}

extension LocalTime {
    /// The beginning of the day after `yyyy-mm-dd`; nil for anything else.
    static func dayAfter(_ day: String, in zone: TimeZone) -> Timestamp? {
        guard let start = parse(day + "T00:00", in: zone) else { return nil }
        return parse(start.day(in: zone).advanced(by: 1).iso + "T00:00", in: zone)
    }
}

/// A selection as a form sends it: ticked ids, of this page and of others, or all that match.
struct QRCodeSelectionForm: Sendable {
    let selection: QRCodeSelection
    let account: Account.ID
    let isAll: Bool
    let ids: [String]
    let filterText: String
    /// The list's page to go back to.
    let returnAddress: PageAddress

    var returnPath: String { returnAddress.text }

    init(_ form: Form, _ visit: Visit) {
        account = Account.ID(form.first("account") ?? "")
        filterText = form.first("filter") ?? ""
        isAll = form.first("all") != nil
        let elsewhere = (form.first("elsewhere") ?? "").split(separator: ",").map(String.init)
        var seen: Set<String> = []
        ids = (form.all("select") + elsewhere).filter { !$0.isEmpty && seen.insert($0).inserted }
        let query = QRCodeQuery(
            QueryItem.parse(Array(filterText.utf8)[...]), on: account, visit)
        selection = isAll ? .matching(query.filter) : .codes(ids.map(QRCode.ID.init))
        returnAddress = Self.returnAddress(form)
    }

    /// The page of the list that `return_to` names, else its first.
    static func returnAddress(_ form: Form) -> PageAddress {
        let parts = (form.first("return_to") ?? "").split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0] == "/qr-codes" else { return PageAddress("/qr-codes") }
        return PageAddress(
            "/qr-codes", QueryItem.parse(Array(parts[1].utf8)[...]), keeping: QRCodeQuery.names)
    }

    /// The same as hidden fields of the next form: partials/fields.
    var fields: [HiddenField] {
        [
            HiddenField(name: "account", value: account.text),
            HiddenField(name: "filter", value: filterText),
            HiddenField(name: "return_to", value: returnPath),
            isAll
                ? HiddenField(name: "all", value: "1")
                : HiddenField(name: "elsewhere", value: ids.joined(separator: ",")),
        ]
    }
}

/// partials/hidden.
struct HiddenField: Sendable {
    let name: String
    let value: String
}
