/// Text that must not show up in a log: it prints as a mask, also when it is part of something
/// printed.
///
/// Encoding writes the text itself: seal what you encode before it is stored.
public struct Secret: Sendable, Hashable {
    static let mask = "[secret]"

    public let revealed: String

    public init(_ text: String) {
        revealed = text
    }
}

extension Secret: Codable {
    public init(from decoder: any Decoder) throws {
        revealed = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(revealed)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { Self.mask }
    public var debugDescription: String { Self.mask }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What an account signs in to WeChat with.
public struct AppCredential: Sendable, Equatable {
    public let appID: String
    public let secret: Secret

    public init(appID: String, secret: Secret) {
        self.appID = appID
        self.secret = secret
    }
}
