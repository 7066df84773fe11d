import Foundation
import SQL

/// One page of a list, and where the next begins.
package struct Page<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Nil on the last page.
    package let next: Cursor?
    /// What the page before this one ends before; nil on the first.
    package let previous: Cursor?

    package init(elements: [Element], next: Cursor?, previous: Cursor? = nil) {
        self.elements = elements
        self.next = next
        self.previous = previous
    }

    /// Makes a page of `limit` out of rows that were read with one to spare.
    init(_ rows: [Element], limit: Int, cursor: (Element) -> Cursor) {
        let elements = Array(rows.prefix(limit))
        let next = rows.count > limit ? elements.last.map(cursor) : nil
        self.init(elements: elements, next: next)
    }
}

/// Where a page lies in its list.
package enum PagePlace: Sendable, Equatable {
    case first
    case after(Cursor)
    case before(Cursor)

    package init(after cursor: Cursor?) { self = cursor.map(PagePlace.after) ?? .first }

    /// Whether the rows are read from the end of the list towards its beginning.
    var isBackwards: Bool { if case .before = self { true } else { false } }
}

extension Page {
    /// Makes a page of `limit` out of rows that were read with one to spare, away from its place.
    init(_ rows: [Element], limit: Int, at place: PagePlace, cursor: (Element) -> Cursor) {
        let hasMore = rows.count > limit
        let elements = place.isBackwards ? rows.prefix(limit).reversed() : Array(rows.prefix(limit))
        let (first, last) = (elements.first.map(cursor), elements.last.map(cursor))
        switch place {
        case .first: self.init(elements: elements, next: hasMore ? last : nil)
        case .after: self.init(elements: elements, next: hasMore ? last : nil, previous: first)
        case .before: self.init(elements: elements, next: last, previous: hasMore ? first : nil)
        }
    }
}

/// Where a page ended: the sort key and the id of its last row. Rows that are added meanwhile shift
/// nothing.
package struct Cursor: Sendable, Equatable {
    /// The order of the list, without which the key means nothing.
    package let sort: String
    package let key: String
    package let id: String

    package init(sort: String, key: String, id: String) {
        self.sort = sort
        self.key = key
        self.id = id
    }

    init(sort: String, at time: Timestamp, id: String) {
        self.init(sort: sort, key: String(time.milliseconds), id: id)
    }

    /// The key in a list that is sorted by a time or a number.
    var number: Int64 {
        get throws(Refusal) {
            // Somebody has changed it: every cursor of ours has one.
            guard let number = Int64(key) else { throw .invalid("cursor", .malformed) }
            return number
        }
    }

    /// The condition of the rows that follow in a list with the largest first.
    ///
    /// - Parameters:
    ///   - column: what the list is sorted by, a time or a number.
    ///   - id: what it is sorted by then.
    func rows(below column: Statement, id: Statement = "id") throws(Refusal) -> Statement {
        "(\(fragment: column), \(fragment: id)) < (\(try number), \(self.id))"
    }

    /// An opaque text for an address: base64url of sort, key and id on lines of their own.
    package var text: String {
        Data("\(sort)\n\(key)\n\(id)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for a text that is no cursor, and for the cursor of a list in another order.
    package init?(text: String, sort: String) {
        guard text.utf8.count <= 1024 else { return nil }
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0 { base64 += "=" }
        guard let data = Data(base64Encoded: base64),
            let decoded = String(data: data, encoding: .utf8),
            !decoded.utf8.contains(0),
            case let lines = decoded.split(separator: "\n", omittingEmptySubsequences: false),
            lines.count == 3, lines[0] == sort
        else { return nil }
        self.init(sort: sort, key: String(lines[1]), id: String(lines[2]))
    }
}

/// How many rows a page has.
package enum PageLimit {
    package static let standard = 50
    package static let range = 1...200
}
