import HTTP
import Matou

/// replies/uses: the codes that send a material, an article or a form.
struct ReplyUsesView: Sendable {
    /// The query's item that says where the list goes on, beside the page's own `cursor`.
    static let place = "uses"

    let links: [Link]
    let hasLinks: Bool
    let pager: Pager?

    init(_ page: Page<ReplyUse>, at address: PageAddress) {
        links = page.elements.map { Link(path: "/qr-codes/\($0.code)", label: $0.name) }
        hasLinks = !links.isEmpty
        pager = Pager(page.next, at: address, as: Self.place)
    }
}

extension Visit {
    /// Where the list of uses goes on.
    var usesCursor: Cursor? {
        request.query(ReplyUsesView.place).flatMap { Cursor(text: $0, sort: ReplyUse.sort) }
    }
}
