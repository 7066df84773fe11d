import HTTP

/// The address of a page with its query: the state of filters, sort and paging is all in it.
struct PageAddress: Sendable {
    let path: String
    private var items: [(name: String, value: String)] = []

    init(_ path: String) { self.path = path }

    /// The request's own address, with those of its query's items that `names` has.
    init(_ request: Request, keeping names: [String]) {
        self.init(request.path, request.queryItems, keeping: names)
    }

    init(_ path: String, _ query: [QueryItem], keeping names: [String]) {
        self.path = path
        for item in query where names.contains(item.name) && !item.value.isEmpty {
            if !items.contains(where: { $0.name == item.name }) {
                items.append((item.name, item.value))
            }
        }
    }

    /// The same with one item set, or taken out when `value` is nil or empty.
    func with(_ name: String, _ value: String?) -> PageAddress {
        var address = self
        address.items.removeAll { $0.name == name }
        if let value, !value.isEmpty { address.items.append((name, value)) }
        return address
    }

    var text: String {
        guard !items.isEmpty else { return path }
        return path + "?"
            + items.map { "\($0.name)=\(PercentCoding.encodeQueryComponent($0.value))" }
            .joined(separator: "&")
    }

    /// The value of an item, nil without one.
    subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// The items as hidden fields of a form.
    var fields: [(name: String, value: String)] { items }
}
