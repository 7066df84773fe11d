import Imaging
import Matou
import QR

/// How what is wrong with a design is named in the API, and which text says it to people.
extension DesignFault {
    /// Stable, for programs.
    var name: String {
        switch self {
        case .inverted: "inverted"
        case .contrast: "contrast"
        case .noRoomForLogo: "no_room_for_logo"
        case .logoTooLarge: "logo_too_large"
        case .weak: "weak"
        case .unreadable: "unreadable"
        }
    }

    /// What was found, and what would do.
    var values: [String: JSON] {
        switch self {
        case .contrast(let contrast):
            [
                "ratio": .number((contrast.ratio * 10).rounded(.down) / 10),
                "ratio_min": .number(Contrast.ratioMin),
                "difference_percent": JSON(Int(contrast.difference * 100)),
                "difference_percent_min": JSON(Int(Contrast.differenceMin * 100)),
            ]
        case .logoTooLarge(let percent, let largest, let level):
            [
                "logo_size": JSON(percent), "logo_size_max": JSON(largest),
                "level": .string(String(level.letter)),
            ]
        case .noRoomForLogo(let level): ["level": .string(String(level.letter))]
        case .weak(let reserve): ["reserve_percent": JSON(Int((reserve * 100).rounded(.down)))]
        case .inverted, .unreadable: [:]
        }
    }

    func words(_ locales: Locales, in language: Language) -> String {
        locales.text("designs.fault.\(name)", values.mapValues(\.plainText), in: language)
    }
}

extension JSON {
    /// A number or a text as it stands in a sentence.
    fileprivate var plainText: String {
        switch self {
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        default: ""
        }
    }
}
