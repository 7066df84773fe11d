/// A QR code with a scene (带参数二维码, `wechat-wire.md` §1.1).
struct ParametricCode: Sendable, Codable {
    let appid: String
    let ticket: String
    /// The text inside of the picture.
    let url: String
    let scene: Scene
    let created: Moment
    /// Absent for a permanent code.
    let expires: Moment?

    static let expireSecondsMax: Int64 = 2_592_000
    /// What a temporary code lives when nobody says.
    static let expireSecondsDefault: Int64 = 60

    func isExpired(at now: Moment) -> Bool {
        expires.map { now >= $0 } ?? false
    }

    /// The ticket of a code: base64 of a small record that carries the very URL, a time and a life
    /// (`wechat-wire.md` §1.1).
    static func ticket(url: String, created: Moment, lifeSeconds: Int64, salt: [UInt8]) -> String {
        var record: [UInt8] = [0x81, 0x01] + salt.prefix(1) + [0xF0, 0x3C]
        record += [0, 0, 0, 0, 0, 0, 0, 1, UInt8(truncatingIfNeeded: url.utf8.count)] + url.utf8
        record += [0, 2, 4] + littleEndian(created.seconds)
        record += [3, 4] + littleEndian(lifeSeconds)
        return Base64.encode(record)
    }

    private static func littleEndian(_ number: Int64) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}

/// What a code stands for; integer and text scenes are different codes.
enum Scene: Sendable, Hashable, Codable {
    case number(Int64)
    case text(String)

    /// As the scene stands in an event's `EventKey`.
    var key: String {
        switch self {
        case .number(let number): String(number)
        case .text(let text): text
        }
    }

    static let temporaryNumbers: ClosedRange<Int64> = 1...Int64(UInt32.max)
    static let permanentNumbers: ClosedRange<Int64> = 1...100_000
    static let textLengths = 1...64
}
