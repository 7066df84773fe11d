/// A fault as `PUT /mock/faults` orders it.
enum FaultOrder: Sendable {
    case fault(Fault)
    /// Done at once.
    case expiredTokens(appid: String?)

    init(_ json: JSON) throws(Refusal) {
        let appid = try json.optionalText("account")
        let word = try json.text("fault")
        if word == "expired_tokens" {
            self = .expiredTokens(appid: appid)
            return
        }
        let times = try json.optionalInteger("times", in: 1...1_000_000)
        self = .fault(
            Fault(
                effect: try Self.effect(word, json), path: try json.optionalText("path") ?? "*",
                appid: appid, timesLeft: times.map(Int.init)))
    }

    private static func effect(_ word: String, _ json: JSON) throws(Refusal) -> Fault.Effect {
        func number(_ name: String, in range: ClosedRange<Int64>) throws(Refusal) -> Int {
            guard let number = try json.optionalInteger(name, in: range) else {
                throw .invalid(name, "\(name) is missing.")
            }
            return Int(number)
        }
        switch word {
        case "latency":
            return .latency(
                milliseconds: try number("milliseconds", in: 0...Fault.latencyMillisecondsMax))
        case "dropped_connection": return .droppedConnection
        case "errcode": return .errcode(try number("errcode", in: -1...9_999_999))
        case "quota": return .quota(try number("limit", in: 0...1_000_000_000))
        case "repeated_callbacks":
            return .repeatedCallbacks(try number("count", in: 1...Fault.repeatsMax))
        case "reordered_callbacks": return .reorderedCallbacks
        default:
            throw .invalid(
                "fault",
                "A fault is latency, dropped_connection, errcode, expired_tokens, quota, "
                    + "repeated_callbacks or reordered_callbacks.")
        }
    }
}

extension Fault {
    var json: JSON {
        effect.json.adding("path", .string(path)).adding("account", appid.map(JSON.string))
            .adding("times", timesLeft.map { JSON($0) })
    }
}

extension Fault.Effect {
    fileprivate var json: JSON {
        switch self {
        case .latency(let milliseconds):
            ["fault": "latency", "milliseconds": JSON(milliseconds)]
        case .droppedConnection: ["fault": "dropped_connection"]
        case .errcode(let code): ["fault": "errcode", "errcode": JSON(code)]
        case .quota(let limit): ["fault": "quota", "limit": JSON(limit)]
        case .repeatedCallbacks(let count):
            ["fault": "repeated_callbacks", "count": JSON(count)]
        case .reorderedCallbacks: ["fault": "reordered_callbacks"]
        }
    }
}
