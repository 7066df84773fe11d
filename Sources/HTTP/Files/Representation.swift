import Glibc

/// What a resource is at the moment, of which a request may want a part, or nothing if it has it
/// already (RFC 9110 §3.2).
public struct Representation: Sendable {
    /// What describes it beside its validators: its type, for one.
    public var fields: Fields
    let length: Int
    let validators: Preconditions
    private let content: @Sendable (Range<Int>) -> Body

    init(
        _ fields: Fields, length: Int, _ validators: Preconditions,
        _ content: @escaping @Sendable (Range<Int>) -> Body
    ) {
        self.fields = fields
        self.length = length
        self.validators = validators
        self.content = content
    }

    /// A file as it is on the disk, to be sent from there.
    ///
    /// - Parameter tag: names the bytes; nil makes one of the file's length and when it was changed,
    ///   which is enough for one that is put in place whole.
    /// - Returns: nil when there is no such file.
    public init?(file path: String, tag: EntityTag? = nil, fields: Fields) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let (length, changed) = (Int(status.st_size), status.st_mtim)
        let version = [length, changed.tv_sec, changed.tv_nsec].map { String($0, radix: 36) }
        let validators = Preconditions(
            tag: tag ?? EntityTag(strong: version.joined(separator: ".")),
            lastModified: changed.tv_sec)
        self.init(fields, length: length, validators) {
            .file(path: path, offset: $0.lowerBound, length: $0.count)
        }
    }

    /// All of it, the part that is asked for, or 304 for who has it.
    ///
    /// - Throws: `RepresentationFault` when the request's conditions do not hold, or there is no such
    ///   part.
    public func response(to request: Request) throws(RepresentationFault) -> Response {
        var fields = fields
        fields["ETag"] = validators.tag.fieldValue
        fields["Last-Modified"] = HTTPDate.string(
            // RFC 9110 §8.8.2.1: never later than `Date`; another machine's clock may run ahead.
            unixSeconds: min(validators.lastModified, Clock.unixSeconds))
        fields["Accept-Ranges"] = "bytes"
        switch validators.verdict(request) {
        case .notModified: return Response(.notModified, fields: fields)
        case .failed: throw .preconditionFailed
        case .proceed: break
        }
        let isRanged = request.method == .get && validators.permitsRange(request)
        switch isRanged ? ByteRange.read(request.fields["range"], length: length) : .whole {
        case .whole: return Response(.ok, fields: fields, body: content(0..<length))
        case .part(let range):
            fields["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
            return Response(.partialContent, fields: fields, body: content(range))
        case .unsatisfiable: throw .rangeNotSatisfiable(length: length)
        }
    }
}

/// Why a representation is not sent as a request wants it.
public enum RepresentationFault: RequestFault, Equatable {
    /// It is another than the request says (RFC 9110 §13.1).
    case preconditionFailed
    /// It ends before the range begins.
    case rangeNotSatisfiable(length: Int)

    public var status: Status {
        switch self {
        case .preconditionFailed: .preconditionFailed
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        }
    }

    public var fields: Fields {
        switch self {
        case .preconditionFailed: [:]
        case .rangeNotSatisfiable(let length): ["Content-Range": "bytes */\(length)"]
        }
    }
}
