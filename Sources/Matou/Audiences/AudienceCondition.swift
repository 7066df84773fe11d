/// Who is in an audience: a tree of conditions on contacts. A contact meets one when anything that it
/// consists of does.
package indirect enum AudienceCondition: Sendable, Equatable {
    case all([AudienceCondition])
    case any([AudienceCondition])
    case not(AudienceCondition)
    case tag(ContactTag.ID)
    case followerTag(FollowerTag.ID)
    /// Scanned a code that acted and had this source channel then.
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

    /// The times that a leaf asks for, and the member that says them.
    package var times: (member: String, from: Timestamp?, to: Timestamp?)? {
        switch self {
        case .scanned(let scan): ("scanned", scan.from, scan.to)
        case .replied(_, let from, let to): ("replied", from, to)
        default: nil
        }
    }

    /// Whether everybody in it follows, or has left; nil where it asks for neither.
    package var isFollowing: Bool? {
        switch self {
        case .following(let follows): follows
        case .not(.following(let follows)): !follows
        case .all(let parts): parts.lazy.compactMap(\.isFollowing).first
        default: nil
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
        var faults = FieldFaults()
        for (place, leaf) in leaves(at: "condition") { leaf.check(at: place, &faults) }
        try faults.check()
    }

    /// What stands at the ends of the tree, with its place as JSON writes it: `condition.all.0.not`.
    func leaves(at place: String) -> [(place: String, leaf: AudienceCondition)] {
        func leaves(_ parts: [AudienceCondition], _ join: String) -> [(String, AudienceCondition)] {
            parts.isEmpty
                ? [(place, self)]
                : parts.enumerated().flatMap { $1.leaves(at: "\(place).\(join).\($0)") }
        }
        switch self {
        case .all(let parts): return leaves(parts, "all")
        case .any(let parts): return leaves(parts, "any")
        case .not(let part): return part.leaves(at: place + ".not")
        default: return [(place, self)]
        }
    }

    private func check(at place: String, _ faults: inout FieldFaults) {
        func bound(_ name: String, _ text: String?) {
            guard let text, text.utf8.count > Self.textBytesMax else { return }
            faults.add("\(place).\(name)", .tooLong(limit: Self.textBytesMax, unit: .bytes))
        }
        if let times {
            faults.range("\(place).\(times.member).to", from: times.from, to: times.to)
        }
        switch self {
        // No others are leaves.
        case .all: faults.add(place + ".all", .required)
        case .any: faults.add(place + ".any", .required)
        case .source(""): faults.add(place + ".source", .required)
        case .source(let source): bound("source", source)
        case .scanned(let scan): bound("scanned.openid", scan.openid)
        case .answered(_, let field, let value):
            bound("answered.field", field)
            bound("answered.value", value)
        case .not, .tag, .followerTag, .replied, .following: break
        }
    }
}
