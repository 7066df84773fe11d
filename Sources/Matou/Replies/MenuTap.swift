import Foundation
import SQL

/// A choice of a menu on somebody's phone: which reply item it belongs to, and which choice it is.
///
/// WeChat sends its id back when it is tapped. It is written in digits only, as in WeChat's examples:
/// the scan's number, one digit for the item's place, one for the choice.
struct MenuTap: Sendable, Equatable {
    let scan: Int64
    let position: Int
    let choice: Int

    var id: String { "\(scan)\(position)\(choice)" }

    init(scan: Int64, position: Int, choice: Int) {
        self.scan = scan
        self.position = position
        self.choice = choice
    }

    /// Nil for an id that is none of ours.
    init?(id: String) {
        guard (3...21).contains(id.utf8.count), let scan = Int64(id.dropLast(2)),
            let position = id.dropLast().last?.wholeNumberValue,
            let choice = id.last?.wholeNumberValue
        else { return nil }
        self.init(scan: scan, position: position, choice: choice)
    }
}
