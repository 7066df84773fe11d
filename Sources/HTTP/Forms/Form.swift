/// A submitted form: text fields and files, in the order they came.
public struct Form: Sendable {
    /// Text fields.
    public let fields: [QueryItem]
    public let files: [UploadedFile]

    /// How many fields and files one form may have.
    public static let partsMax = 1000

    /// Reads `application/x-www-form-urlencoded` or `multipart/form-data` (RFC 7578).
    public init(body: [UInt8], contentType: String) throws(FormError) {
        let type = MediaType(contentType)
        switch type.name {
        case "application/x-www-form-urlencoded":
            fields = QueryItem.parse(body, limit: Form.partsMax + 1)
            files = []
            guard fields.count <= Form.partsMax else { throw .tooManyParts }
        case "multipart/form-data":
            guard let boundary = type["boundary"] else { throw .malformed("it names no boundary") }
            (fields, files) = try Multipart.parse(body, boundary: boundary)
        default:
            throw .unsupportedType(contentType)
        }
    }

    /// The first value of that name.
    public func first(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// All values of that name, in order: a group of checkboxes, for one.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// The first file of that name; nil also when the visitor chose none.
    public func file(_ name: String) -> UploadedFile? {
        files.first { $0.name == name }
    }
}

/// A file of a multipart form.
public struct UploadedFile: Sendable {
    /// The form field's name.
    public let name: String
    /// As the browser gave it, without any folder. Never use it as a path.
    public let filename: String
    /// As the browser guessed it; `application/octet-stream` when it said nothing.
    public let contentType: String
    public let bytes: [UInt8]
}

/// Why a body is no form.
public enum FormError: RequestFault, Equatable, CustomStringConvertible {
    case unsupportedType(String)
    case malformed(String)
    case tooManyParts

    public var status: Status {
        switch self {
        case .unsupportedType: .unsupportedMediaType
        case .malformed, .tooManyParts: .badRequest
        }
    }

    public var description: String {
        switch self {
        case .unsupportedType(let type):
            "A form of type \"\(type)\" cannot be read; send urlencoded or multipart/form-data."
        case .malformed(let reason): "The form cannot be read: \(reason)."
        case .tooManyParts: "The form has more than \(Form.partsMax) fields."
        }
    }
}
