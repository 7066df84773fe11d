import HTTP
import Matou

/// An error of the API: `application/problem+json` (RFC 9457).
struct Problem: Sendable {
    var status: Status
    /// The last part of `type`, which leads to its explanation.
    var name: String
    var detail: String
    var errors: [JSON] = []
    var fields: Fields = [:]

    var response: Response {
        var members: [String: JSON] = [
            "type": "/api/docs#problem-\(name)", "title": .string(status.reason),
            "status": .integer(Int64(status.code)), "detail": .string(detail),
        ]
        if !errors.isEmpty { members["errors"] = .array(errors) }
        // A dictionary of texts and numbers always encodes.
        let bytes = (try? JSON.object(members).bytes()) ?? []
        var response = Response.json(bytes, status: status, type: "application/problem+json")
        for (name, value) in fields { response.fields[name] = value }
        return response
    }
}

extension Problem {
    init(_ refusal: Refusal, _ locales: Locales) {
        self.init(
            status: refusal.status, name: refusal.name,
            detail: refusal.words(locales, in: .english))
        switch refusal {
        case .invalid(let faults):
            errors = faults.map { fault in
                [
                    "field": .string(fault.field), "code": .string(fault.code.name),
                    "message": .string(fault.code.words(locales, in: .english)),
                ]
            }
        case .tooMany(let seconds): fields["Retry-After"] = String(seconds)
        case .stale(let version): fields["ETag"] = "\"\(version)\""
        default: break
        }
    }

    init(_ error: BodyError) {
        switch error {
        case .notJSONType:
            self.init(
                status: .unsupportedMediaType, name: "not_json_type",
                detail: "Send the body as application/json.")
        case .notAnObject:
            self.init(
                status: .badRequest, name: "not_an_object",
                detail: "The body is not a JSON object in UTF-8.")
        }
    }

    static let unauthorized = Problem(
        status: .unauthorized, name: "unauthorized",
        detail: "Send a valid token: Authorization: Bearer …",
        fields: ["WWW-Authenticate": #"Bearer realm="Matou""#])
}
