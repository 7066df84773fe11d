import HTTP
import Matou

/// An error of the API: `application/problem+json` (RFC 9457).
struct Problem: Sendable {
    var status: Status
    /// The last part of `type`, which leads to its explanation.
    var name: String
    var detail: String
    var errors: [JSON] = []
    /// What more a problem of this type says (RFC 9457 §3.2).
    var members: [String: JSON] = [:]
    var language: Language
    var fields: Fields = [:]

    var response: Response {
        var members: [String: JSON] = [
            "type": "/api/docs#problem-\(name)", "title": .string(status.reason),
            "status": JSON(status.code), "detail": .string(detail),
        ]
        if !errors.isEmpty { members["errors"] = .array(errors) }
        members.merge(self.members) { own, _ in own }
        // A dictionary of texts and numbers always encodes.
        let bytes = (try? JSON.object(members).bytes()) ?? []
        var response = Response.json(bytes, status: status, type: "application/problem+json")
        response.fields["Content-Language"] = language.rawValue
        for (name, value) in fields { response.fields[name] = value }
        return response
    }
}

extension Problem {
    init(_ refusal: Refusal, _ locales: Locales, to request: Request) {
        let language = Language(ofProgram: request)
        self.init(
            status: refusal.status, name: refusal.name,
            detail: refusal.words(locales, in: language), language: language)
        switch refusal {
        case .invalid(let faults):
            errors = faults.map { fault in
                [
                    "field": .string(fault.field), "code": .string(fault.code.name),
                    "message": .string(fault.code.words(locales, in: language)),
                ]
            }
        case .unreadable(let design):
            members = [
                "reason": .string(design.fault.name), "values": .object(design.fault.values),
            ]
            if let nearest = design.nearest { members["nearest"] = .object(nearest.members) }
        case .tooMany(let seconds): fields["Retry-After"] = String(seconds)
        case .stale(let version): fields["ETag"] = "\"\(version)\""
        default: break
        }
    }

    init(_ error: BodyError, _ locales: Locales, to request: Request) {
        switch error {
        case .notJSONType: self.init(General.notJSONType, locales, to: request)
        case .coded:
            self.init(General.contentCoded, locales, to: request)
            fields["Accept-Encoding"] = "identity"
        case .notAnObject: self.init(General.notAnObject, locales, to: request)
        }
    }

    /// WeChat said no to what it was asked for the caller.
    init(_ refusal: WeChatRefusal, _ locales: Locales, to request: Request) {
        let language = Language(ofProgram: request)
        self.init(
            status: .badGateway, name: General.weChatRefused.rawValue,
            detail: refusal.fault.explanation(locales, in: language), language: language)
    }

    /// Says how long the body may be.
    mutating func name(_ bodyBytesMax: Int, _ locales: Locales) {
        members["values"] = ["bytes_max": JSON(bodyBytesMax)]
        detail +=
            " "
            + locales.text(
                "api.problem.bytes_max", ["bytes": String(bodyBytesMax)], in: language)
    }

    /// What is wrong with the request as such, whatever it asks for.
    enum General: String, CaseIterable {
        case badRequest = "bad_request"
        case notAnObject = "not_an_object"
        case unauthorized
        case noSuchPath = "no_such_path"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case preconditionFailed = "precondition_failed"
        case contentTooLarge = "content_too_large"
        case addressTooLong = "address_too_long"
        case notJSONType = "not_json_type"
        case contentCoded = "content_coded"
        case rangeNotSatisfiable = "range_not_satisfiable"
        case fieldsTooLarge = "fields_too_large"
        case `internal`
        case notImplemented = "not_implemented"
        case overloaded
        case weChatRefused = "wechat_refused"

        var status: Status {
            switch self {
            case .badRequest, .notAnObject: .badRequest
            case .unauthorized: .unauthorized
            case .noSuchPath: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .requestTimeout: .requestTimeout
            case .preconditionFailed: .preconditionFailed
            case .contentTooLarge: .contentTooLarge
            case .addressTooLong: .uriTooLong
            case .notJSONType, .contentCoded: .unsupportedMediaType
            case .rangeNotSatisfiable: .rangeNotSatisfiable
            case .fieldsTooLarge: .requestHeaderFieldsTooLarge
            case .internal: .internalServerError
            case .notImplemented: .notImplemented
            case .overloaded: .serviceUnavailable
            case .weChatRefused: .badGateway
            }
        }
    }

    /// - Parameter request: whose number the operator finds in the log.
    init(_ general: General, _ locales: Locales, to request: Request) {
        let language = Language(ofProgram: request)
        self.init(
            status: general.status, name: general.rawValue,
            detail: locales.text(
                "api.problem.\(general.rawValue)", ["request": request.id],
                in: language), language: language)
        if general == .overloaded { fields["Retry-After"] = "1" }
        if general == .unauthorized { fields["WWW-Authenticate"] = #"Bearer realm="Matou""# }
    }

    /// An answer that the server gives before any route does.
    init(status: Status, _ locales: Locales, to request: Request) {
        let general = General.allCases.first { $0.status == status }
        self.init(
            general ?? (status.code < 500 ? .badRequest : .internal), locales, to: request)
        self.status = status
    }
}
