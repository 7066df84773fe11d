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

extension Connection {
    /// The answer to a tap, and the code that it counts for. Nil when that person was sent no such
    /// menu, or its code is deleted.
    func answer(
        to tap: MenuTap, by openid: String, of account: Account.ID, in workspace: Workspace.ID
    ) throws -> (code: QRCode.ID, text: String)? {
        let found = try row(
            """
            SELECT reply_sends.code_id AS code_id, reply_sends.item AS item FROM reply_sends
            JOIN qr_codes ON qr_codes.workspace_id = reply_sends.workspace_id
                AND qr_codes.id = reply_sends.code_id
            WHERE reply_sends.workspace_id = \(workspace) AND reply_sends.scan_seq = \(tap.scan)
                AND reply_sends.position = \(tap.position) AND reply_sends.openid = \(openid)
                AND reply_sends.account_id = \(account) AND qr_codes.deleted_at IS NULL
            """)
        guard let found else { return nil }
        let json: String = try found.get("item")
        let item = try StoredJSON.value(ReplyItem.self, of: json)
        guard item.choices.indices.contains(tap.choice) else { return nil }
        return (try found.get("code_id"), item.choices[tap.choice].answer)
    }
}
