import HTTP
import Matou

/// The life of a temporary code as a form has it: a number and its unit, as they were typed.
struct LifetimeForm: Sendable {
    enum Unit: String, Sendable, CaseIterable {
        case days, hours, minutes, seconds

        var seconds: Int {
            switch self {
            case .days: 86_400
            case .hours: 3600
            case .minutes: 60
            case .seconds: 1
            }
        }
    }

    var number: String
    var unit: Unit

    /// The same life in the largest unit that says it exactly.
    init(seconds: Int) {
        unit = Unit.allCases.first { seconds.isMultiple(of: $0.seconds) } ?? .seconds
        number = String(seconds / unit.seconds)
    }

    /// `36 hours`.
    func words(_ wording: Wording) -> String {
        number + " " + wording("qr-codes.lifetime.\(unit.rawValue)")
    }

    init(_ form: Form) {
        number = form.first("lifetime") ?? ""
        unit = form.first("lifetime_unit").flatMap(Unit.init(rawValue:)) ?? .days
    }

    /// In seconds; nil, with a fault, for what is no such life.
    func seconds(_ faults: inout [FieldFault]) -> Int? {
        let bounds = QRCode.lifetimeSeconds
        let range =
            max(1, bounds.lowerBound / unit.seconds)...(bounds.upperBound / unit.seconds)
        guard let number = Int(number.trimmingWhitespace()), range.contains(number) else {
            faults.append(
                FieldFault(
                    "lifetime_seconds",
                    .outOfRange(lower: range.lowerBound, upper: range.upperBound)))
            return nil
        }
        return number * unit.seconds
    }

    /// The units to choose from: seconds only for a life that has some.
    func units(_ wording: Wording) -> [Choice] {
        Unit.allCases.filter { $0 != .seconds || $0 == unit }.map {
            Choice(
                $0.rawValue, wording("qr-codes.lifetime.\($0.rawValue)"), isSelected: $0 == unit)
        }
    }
}
