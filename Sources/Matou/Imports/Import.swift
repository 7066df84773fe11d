import SQL

/// Codes made in a batch 批量创建, from a file of names: read and checked first, made when somebody
/// says so, in the background.
package struct Import: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Import>
    package static let idPrefix = "im"
    /// Of the file.
    package static let bytesMax = 16 << 20
    /// As many as WeChat makes permanent codes for an account.
    package static let linesMax = Account.permanentCodeLimit
    /// How long the lines of a file are kept of which nothing is made.
    package static let keptFor: Duration = .seconds(7 * 86_400)
    /// The order of the list.
    package static let sort = "-created_at"

    package let id: ID
    package let account: Account.ID
    package let fileName: String
    /// What the file was read as.
    package let encoding: String
    package let settings: Settings
    package let state: State
    /// Names in the file, bad ones too.
    package let lines: Int
    package let bad: Int
    package let made: Int
    package let failed: Int
    /// When the next attempt is, while it waits for WeChat.
    package let waitsUntil: Timestamp?
    /// Why it waits or has stopped.
    package let fault: WeChatFault?
    package let createdBy: String
    package let createdAt: Timestamp
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
    /// The batch of the same account that is made before this one, while this one waits for it.
    package let ahead: ID?

    /// What all of its codes share.
    package struct Settings: Sendable, Equatable, Codable {
        /// Its name is not used.
        package var draft: QRCode.Draft
        /// The source channel is the middle of `prefix_source_detail`, where a name has one.
        package var takesSourceFromName: Bool

        package init(draft: QRCode.Draft, takesSourceFromName: Bool) {
            self.draft = draft
            self.takesSourceFromName = takesSourceFromName
        }
    }

    package enum State: String, Sendable, CaseIterable, ValueConvertible {
        /// The file is being read; nobody sees it yet.
        case reading
        /// Read, and nothing made.
        case checked
        case running
        /// WeChat's quota is used up or WeChat is out of reach; it goes on by itself.
        case waiting
        /// WeChat makes no more, or it was tried too often; what was made stays.
        case stopped
        case done
        case cancelled

        package var isUnderWay: Bool { self == .running || self == .waiting }
        /// Whether somebody may say that codes are to be made, or made on.
        package var isStartable: Bool { self == .checked || self == .stopped }
    }

    /// Lines that have a code, or will.
    package var good: Int { lines - bad }
    package var left: Int { good - made - failed }

    /// The lane of its job: the batches of an account are made one after the other.
    static func lane(of account: Account.ID) -> String { "import-\(account)" }

    /// Whether WeChat may be asked again for what it refused: once nothing else is left to make, and
    /// unless somebody has said that no more is to be made.
    package var isRetryable: Bool {
        failed > 0 && (state == .done || state == .stopped && left == 0)
    }
}

/// One name of an import's file.
package struct ImportLine: Sendable, Equatable {
    /// The order of the list.
    package static let sort = "line"

    /// Of the file, from 1.
    package let number: Int
    package let name: String
    package let state: State
    package let fault: Fault?
    package let code: QRCode.ID?
    /// What WeChat said when the line is `failed`.
    package var refusal: WeChatFault?
    /// The source channel of its code; nil for a bad one.
    package var source: String?

    package enum State: String, Sendable, CaseIterable, ValueConvertible {
        case bad
        case ready
        /// The code is stored with its scene, and WeChat has not answered.
        case making
        case made
        /// WeChat refused this one; the code says why.
        case failed
    }

    /// Why no code can be made of a line.
    package enum Fault: Sendable, Equatable {
        case empty
        case tooLong
        case controlCharacters
        /// A quote that stands alone or never closes.
        case malformed
        /// More than one column, as of a name with a comma and without quotes.
        case manyColumns
        /// The same name stands in an earlier line.
        case repeated(line: Int)
        /// A code of the account has this name.
        case taken

        package var name: String {
            switch self {
            case .empty: "empty"
            case .tooLong: "too_long"
            case .controlCharacters: "control_characters"
            case .malformed: "malformed"
            case .manyColumns: "many_columns"
            case .repeated: "repeated"
            case .taken: "taken"
            }
        }

        package static let names = [
            "empty", "too_long", "control_characters", "malformed", "many_columns", "repeated",
            "taken",
        ]

        package var otherLine: Int? { if case .repeated(let line) = self { line } else { nil } }

        init?(name: String?, otherLine: Int?) {
            let plain: [Fault] = [
                .empty, .tooLong, .controlCharacters, .malformed, .manyColumns, .taken,
            ]
            if name == "repeated", let otherLine {
                self = .repeated(line: otherLine)
            } else if let found = plain.first(where: { $0.name == name }) {
                self = found
            } else {
                return nil
            }
        }
    }
}

extension Import.Settings {
    /// The draft of one of the codes.
    func draft(named name: String) -> QRCode.Draft {
        var draft = draft
        draft.name = name
        let parts = name.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        if takesSourceFromName, parts.count == 3 {
            let source = String(parts[1]).trimmingWhitespace()
            if !source.isEmpty { draft.source = String(source.prefix(QRCode.sourceLimit)) }
        }
        return draft
    }
}
