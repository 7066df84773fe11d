import HTTP
import Matou

/// How refusals are named in the API, and which text says them to people.
extension FieldFault.Code {
    /// Stable, for programs.
    var name: String {
        switch self {
        case .required: "required"
        case .tooLong(_, .characters): "too_long_characters"
        case .tooLong(_, .bytes): "too_long_bytes"
        case .tooShort: "too_short"
        case .tooMany: "too_many"
        case .outOfRange: "out_of_range"
        case .notOneOf: "not_one_of"
        case .malformed: "malformed"
        case .malformedColor: "malformed_color"
        case .taken: "taken"
        case .unknown: "unknown"
        case .idForName: "id_for_name"
        case .immutable: "immutable"
        case .inThePast: "in_the_past"
        case .endsBeforeStart: "ends_before_start"
        case .tooManyDays: "too_many_days"
        case .afterTheEnd: "after_the_end"
        case .hasControlCharacters: "has_control_characters"
        case .notWith: "not_with"
        case .unsupportedFile: "unsupported_file"
        case .brokenFile: "broken_file"
        case .fileTooLarge: "file_too_large"
        case .tooManyPixels: "too_many_pixels"
        case .holdsCode: "holds_code"
        case .playsTooLong: "plays_too_long"
        case .notSingleArticle: "not_single_article"
        case .articleGone: "article_gone"
        case .malformedMiniProgramLink: "malformed_mini_program_link"
        }
    }

    private var values: [String: String] {
        switch self {
        case .tooLong(let limit, _), .tooShort(let limit), .tooMany(let limit),
            .tooManyDays(let limit):
            ["limit": String(limit)]
        case .outOfRange(let lower, let upper): ["lower": String(lower), "upper": String(upper)]
        case .notWith(let other): ["other": other]
        case .notOneOf(let choices), .unsupportedFile(let choices):
            ["choices": choices.joined(separator: ", ")]
        case .fileTooLarge(let bytes): ["limit": String(bytes >> 20)]
        case .tooManyPixels(let max, let edge):
            ["millions": String(max / 1_000_000), "edge": String(edge)]
        case .playsTooLong(let seconds): ["limit": String(seconds)]
        default: [:]
        }
    }

    func words(_ locales: Locales, in language: Language) -> String {
        locales.text("fault.\(name)", values, in: language)
    }
}

extension Refusal {
    /// Stable, for programs.
    var name: String {
        switch self {
        case .invalid: "invalid"
        case .conflict(let conflict): conflict.rawValue
        case .unreadable: Conflict.designUnreadable.rawValue
        case .forbidden: "forbidden"
        case .missing: "missing"
        case .stale: "stale"
        case .tooMany: "too_many"
        case .badCredentials: "bad_credentials"
        }
    }

    var status: Status {
        switch self {
        case .invalid: .unprocessableContent
        case .conflict, .unreadable: .conflict
        case .forbidden: .forbidden
        case .missing: .notFound
        case .stale: .preconditionFailed
        case .tooMany: .tooManyRequests
        case .badCredentials: .unauthorized
        }
    }

    func words(_ locales: Locales, in language: Language) -> String {
        switch self {
        case .conflict(let conflict):
            locales.text("conflict.\(conflict.rawValue)", in: language)
        case .unreadable(let design):
            locales.text("conflict.\(name)", in: language)
                + (language == .english ? " " : "") + design.fault.words(locales, in: language)
        case .tooMany(let seconds):
            locales.text("refusal.too_many", ["seconds": String(seconds)], in: language)
        case .forbidden(let role):
            locales.text(
                "refusal.forbidden",
                ["role": locales.text("common.role.\(role.rawValue)", in: language)], in: language)
        default: locales.text("refusal.\(name)", in: language)
        }
    }
}

extension WeChatFault {
    /// What happened and what to do about it.
    func explanation(in wording: Wording, of purpose: Purpose = .other) -> String {
        explanation(wording.locales, in: wording.language, of: purpose)
    }
}
