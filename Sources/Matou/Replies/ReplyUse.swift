import SQL

/// A code whose reply sends a material, an article or a form.
package struct ReplyUse: Sendable, Equatable {
    /// The order of every list of them, the oldest code first.
    package static let sort = "code_id"

    package let code: QRCode.ID
    package let name: String
}

extension ReplyItem {
    /// The id of what the item names of what is kept elsewhere: a material, an article, a form.
    var part: String? {
        switch self {
        case .article(let id): id.text
        case .form(let id): id.text
        default: material?.text
        }
    }
}
