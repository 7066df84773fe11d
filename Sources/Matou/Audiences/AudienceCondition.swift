/// Who is in an audience: a tree of conditions on contacts. A contact meets one when anything that it
/// consists of does.
package indirect enum AudienceCondition: Sendable, Equatable {
    case all([AudienceCondition])
    case any([AudienceCondition])
    case not(AudienceCondition)
    case tag(ContactTag.ID)
    case followerTag(FollowerTag.ID)
    /// Scanned a code with this source channel.
    case source(String)
    case scanned(Scan)
    /// "Reply after Official Account QR code scan": a reply that WeChat accepted.
    case replied(code: QRCode.ID?, from: Timestamp?, to: Timestamp?)
    /// Sent this form; with a field, with this answer to it.
    case answered(Form.ID, field: String?, value: String?)
    case following(Bool)

    /// Scans of a code, or of any.
    package struct Scan: Sendable, Equatable {
        package var code: QRCode.ID?
        package var group = ScannerFilter.Group.all
        /// The beginning of an openid.
        package var openid = ""
        package var from: Timestamp?
        package var to: Timestamp?

        package init(code: QRCode.ID? = nil) { self.code = code }
    }

    package static let depthMax = 4
    package static let partsMax = 100
    /// Of a source, of an answer, of the beginning of an openid.
    package static let textBytesMax = 8000

    private var texts: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.texts)
        case .not(let part): part.texts
        case .source(let source): [source]
        case .scanned(let scan): [scan.openid]
        case .answered(_, let field, let value): [field, value].compactMap(\.self)
        case .tag, .followerTag, .replied, .following: []
        }
    }

    var depth: Int {
        switch self {
        case .all(let parts), .any(let parts): 1 + (parts.map(\.depth).max() ?? 0)
        case .not(let part): 1 + part.depth
        default: 1
        }
    }

    var parts: Int {
        switch self {
        case .all(let parts), .any(let parts): 1 + parts.map(\.parts).reduce(0, +)
        case .not(let part): 1 + part.parts
        default: 1
        }
    }

    /// A code whose scanners are all that can be in the audience; nil when anybody can.
    var code: QRCode.ID? {
        switch self {
        case .scanned(let scan): scan.code
        case .all(let parts): parts.lazy.compactMap(\.code).first
        default: nil
        }
    }

    func check() throws(Refusal) {
        if depth > Self.depthMax {
            throw .invalid("condition", .outOfRange(lower: 1, upper: Self.depthMax))
        }
        if parts > Self.partsMax { throw .invalid("condition", .tooMany(limit: Self.partsMax)) }
        if texts.contains(where: { $0.utf8.count > Self.textBytesMax }) {
            throw .invalid("condition", .tooLong(limit: Self.textBytesMax, unit: .bytes))
        }
        if isEmpty { throw .invalid("condition", .required) }
    }

    private var isEmpty: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.isEmpty || parts.contains(where: \.isEmpty)
        case .not(let part): part.isEmpty
        case .source(let source): source.isEmpty
        default: false
        }
    }
}
