import Foundation

/// A multipart/form-data body (RFC 7578).
struct MultipartForm: Sendable {
    enum Part: Sendable {
        case file(name: String, File)
        case text(name: String, String)
    }

    let contentType: String
    let body: [UInt8]

    init(_ parts: [Part]) {
        let boundary = Self.boundary(missingFrom: parts)
        var body: [UInt8] = []
        for part in parts {
            body += Array("--\(boundary)\r\n\(part.head)\r\n\r\n".utf8)
            body += part.content
            body += Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        self.body = body
        contentType = "multipart/form-data; boundary=\(boundary)"
    }

    /// The first numbered boundary that none of the contents holds.
    private static func boundary(missingFrom parts: [Part]) -> String {
        let contents = parts.map { Data($0.content) }
        var number = 0
        while true {
            let boundary = "----wechat-part-\(number)"
            if !contents.contains(where: { $0.range(of: Data(boundary.utf8)) != nil }) {
                return boundary
            }
            number += 1
        }
    }
}

extension MultipartForm.Part {
    fileprivate var content: [UInt8] {
        switch self {
        case .file(_, let file): file.bytes
        case .text(_, let text): Array(text.utf8)
        }
    }

    fileprivate var head: String {
        switch self {
        case .file(let name, let file):
            """
            Content-Disposition: form-data; name="\(name)"; filename="\(escaped(file.name))"\r
            Content-Type: \(file.contentType.filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" })
            """
        case .text(let name, _):
            "Content-Disposition: form-data; name=\"\(name)\""
        }
    }

    /// As browsers do (WHATWG HTML, multipart/form-data encoding algorithm).
    private func escaped(_ name: String) -> String {
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": escaped += "%22"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
