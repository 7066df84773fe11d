/// The one reply that the answer to a callback can carry (`wechat-wire.md` §2.5).
public enum PassiveReply: Sendable, Hashable {
    case text(String)
    case image(mediaID: String)
    case voice(mediaID: String)
    case video(mediaID: String, title: String, description: String)
    case music(CustomMessage.Music)
    case news(CustomMessage.Article)
    /// Hands the conversation to a person, or to the named customer-service account.
    case customerService(agent: String?)

    /// The body of the HTTP answer.
    ///
    /// - Parameters:
    ///   - message: what is replied to; its sender is the receiver.
    ///   - now: Unix seconds.
    public func xml(to message: CallbackMessage, at now: Int64) -> String {
        XMLElement(
            "xml",
            [
                XMLElement("ToUserName", message.from), XMLElement("FromUserName", message.to),
                XMLElement("CreateTime", number: now), XMLElement("MsgType", type),
            ] + content
        ).text
    }

    private var type: String {
        switch self {
        case .text: "text"
        case .image: "image"
        case .voice: "voice"
        case .video: "video"
        case .music: "music"
        case .news: "news"
        case .customerService: "transfer_customer_service"
        }
    }

    private var content: [XMLElement] {
        switch self {
        case .text(let text): [XMLElement("Content", text)]
        case .image(let id): [XMLElement("Image", [XMLElement("MediaId", id)])]
        case .voice(let id): [XMLElement("Voice", [XMLElement("MediaId", id)])]
        case .video(let id, let title, let description):
            [
                XMLElement(
                    "Video",
                    [
                        XMLElement("MediaId", id), XMLElement("Title", title),
                        XMLElement("Description", description),
                    ])
            ]
        case .music(let music): [music.element]
        case .news(let article):
            [
                XMLElement("ArticleCount", number: 1),
                XMLElement("Articles", [article.element]),
            ]
        case .customerService(let agent):
            agent.map { [XMLElement("TransInfo", [XMLElement("KfAccount", $0)])] } ?? []
        }
    }
}

/// An encrypted answer to a callback in safe mode (`wechat-wire.md` §2.4).
public struct EncryptedReply: Sendable {
    public let xml: String

    /// - Parameters:
    ///   - reply: the XML of a `PassiveReply`.
    ///   - now: Unix seconds.
    ///   - random: 16 bytes that nobody can guess.
    public init(
        _ reply: String, crypto: CallbackCrypto, signature: CallbackSignature, at now: Int64,
        nonce: String, random: [UInt8]
    ) throws(CallbackCryptoError) {
        let encrypted = try crypto.encrypted(Array(reply.utf8), random: random)
        let signed = signature.signature(
            timestamp: String(now), nonce: nonce, encrypted: encrypted)
        xml =
            XMLElement(
                "xml",
                [
                    XMLElement("Encrypt", encrypted), XMLElement("MsgSignature", signed),
                    XMLElement("TimeStamp", number: now), XMLElement("Nonce", nonce),
                ]
            ).text
    }
}

extension CustomMessage.Music {
    fileprivate var element: XMLElement {
        XMLElement(
            "Music",
            [
                XMLElement("Title", title), XMLElement("Description", description),
                XMLElement("MusicUrl", url), XMLElement("HQMusicUrl", highQualityURL),
                XMLElement("ThumbMediaId", thumbMediaID),
            ])
    }
}

extension CustomMessage.Article {
    fileprivate var element: XMLElement {
        XMLElement(
            "item",
            [
                XMLElement("Title", title), XMLElement("Description", description),
                XMLElement("PicUrl", pictureURL), XMLElement("Url", url),
            ])
    }
}

/// An element as WeChat writes it: text in CDATA, numbers bare.
private struct XMLElement {
    let text: String

    init(_ name: String, _ children: [XMLElement]) {
        text = "<\(name)>\(children.map(\.text).joined())</\(name)>"
    }

    init(_ name: String, number: Int64) {
        text = "<\(name)>\(number)</\(name)>"
    }

    init(_ name: String, _ content: String) {
        text = "<\(name)><![CDATA[\(Self.cdata(content))]]></\(name)>"
    }

    /// Leaves out what XML cannot hold (XML 1.0 §2.2) and splits what would end the section.
    private static func cdata(_ content: String) -> String {
        var text = ""
        var brackets = 0
        for scalar in content.unicodeScalars where isCharacter(scalar) {
            if scalar == ">", brackets >= 2 { text += "]]><![CDATA[" }
            brackets = scalar == "]" ? brackets + 1 : 0
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
