/// What WeChat tells of a person: an event or a message (`wechat-wire.md` §2.3).
public struct CallbackMessage: Sendable, Equatable {
    /// The account's original id (`gh_…`).
    public var to: String
    /// The person's openid.
    public var from: String
    /// Unix seconds.
    public var createdAt: Int64
    public var kind: Kind
    /// The code's ticket, when a code was scanned.
    public var ticket: String?
    /// Messages have one, events seldom.
    public var messageID: String?
    /// `EventKey` as it stands; empty when absent and for messages.
    public var eventKey: String

    public enum Kind: Sendable, Equatable {
        case event(Event)
        case message(Message)
    }

    public enum Event: Sendable, Equatable {
        /// With a scene when it came through a code that carries one.
        case subscribe(scene: String?)
        case unsubscribe
        /// A follower scanned a code.
        case scan(scene: String)
        case click(key: String)
        case view(url: String)
        case viewMiniProgram(path: String)
        case scanCodePush(key: String, result: String)
        case scanCodeWait(key: String, result: String)
        case location(latitude: String, longitude: String, precision: String)
        case templateSent(status: String)
        case massSent(status: String)
        /// By the name WeChat gave it.
        case unknown(String)
    }

    public enum Message: Sendable, Equatable {
        /// With the choice's id when it is a tap on a `msgmenu`.
        case text(String, choiceID: String?)
        case image(mediaID: String, url: String)
        case voice(mediaID: String, format: String)
        case video(mediaID: String, thumbMediaID: String)
        case shortVideo(mediaID: String, thumbMediaID: String)
        case location(latitude: String, longitude: String, scale: String, label: String)
        case link(title: String, description: String, url: String)
        /// By the type WeChat gave it.
        case unknown(String)
    }
}

extension CallbackMessage {
    /// Reads a plain body, or what was decrypted.
    public init(_ document: CallbackDocument) throws(CallbackDocumentError) {
        func required(_ name: String) throws(CallbackDocumentError) -> String {
            guard let text = document[name], !text.isEmpty else { throw .missing(name) }
            return text
        }
        to = try required("ToUserName")
        from = try required("FromUserName")
        guard let createdAt = Int64(try required("CreateTime")) else {
            throw .missing("CreateTime")
        }
        self.createdAt = createdAt
        ticket = document["Ticket"].flatMap { $0.isEmpty ? nil : $0 }
        messageID = document["MsgId"] ?? document["MsgID"]
        eventKey = document["EventKey"] ?? ""
        let type = try required("MsgType")
        if type.lowercased() == "event" {
            kind = .event(Event(named: try required("Event"), document))
        } else {
            kind = .message(Message(type, document))
        }
    }

    /// - Parameter bytes: the document in the clear.
    /// - Throws: `CallbackDocumentError`, also when what every message has is missing.
    public init(_ bytes: [UInt8]) throws(CallbackDocumentError) {
        try self.init(CallbackDocument(bytes))
    }

    /// The same for every delivery of the same fact, different for different facts of one account
    /// (`wechat-wire.md` §2.2): a message by its id, an event by person, second, name and key.
    ///
    /// Two scans of one code by one person in the same second are one fact.
    public var redeliveryKey: String {
        switch kind {
        case .message:
            if let messageID { "message \(messageID)" } else { "message \(from) \(createdAt)" }
        case .event(let event): "event \(from) \(createdAt) \(event.name) \(eventKey)"
        }
    }
}

extension CallbackMessage.Event {
    /// WeChat's name in lower case; names are compared without case.
    public var name: String {
        switch self {
        case .subscribe: "subscribe"
        case .unsubscribe: "unsubscribe"
        case .scan: "scan"
        case .click: "click"
        case .view: "view"
        case .viewMiniProgram: "view_miniprogram"
        case .scanCodePush: "scancode_push"
        case .scanCodeWait: "scancode_waitmsg"
        case .location: "location"
        case .templateSent: "templatesendjobfinish"
        case .massSent: "masssendjobfinish"
        case .unknown(let name): name.lowercased()
        }
    }

    fileprivate init(named name: String, _ document: CallbackDocument) {
        let key = document["EventKey"] ?? ""
        func text(_ path: String) -> String { document[path] ?? "" }
        self =
            switch name.lowercased() {
            case "subscribe": .subscribe(scene: Self.scene(inSubscribeKey: key))
            case "unsubscribe": .unsubscribe
            case "scan": .scan(scene: key)
            case "click": .click(key: key)
            case "view": .view(url: key)
            case "view_miniprogram": .viewMiniProgram(path: key)
            case "scancode_push":
                .scanCodePush(key: key, result: text("ScanCodeInfo/ScanResult"))
            case "scancode_waitmsg":
                .scanCodeWait(key: key, result: text("ScanCodeInfo/ScanResult"))
            case "location":
                .location(
                    latitude: text("Latitude"), longitude: text("Longitude"),
                    precision: text("Precision"))
            case "templatesendjobfinish": .templateSent(status: text("Status"))
            case "masssendjobfinish": .massSent(status: text("Status"))
            default: .unknown(name)
            }
    }

    /// Other keys than `qrscene_…` come with a follow too, a payment's number for example; they are
    /// no scene.
    private static func scene(inSubscribeKey key: String) -> String? {
        let prefix = "qrscene_"
        guard key.hasPrefix(prefix), key != prefix else { return nil }
        return String(key.dropFirst(prefix.count))
    }
}

extension CallbackMessage.Message {
    fileprivate init(_ type: String, _ document: CallbackDocument) {
        func text(_ path: String) -> String { document[path] ?? "" }
        self =
            switch type.lowercased() {
            case "text": .text(text("Content"), choiceID: document["bizmsgmenuid"])
            case "image": .image(mediaID: text("MediaId"), url: text("PicUrl"))
            case "voice": .voice(mediaID: text("MediaId"), format: text("Format"))
            case "video": .video(mediaID: text("MediaId"), thumbMediaID: text("ThumbMediaId"))
            case "shortvideo":
                .shortVideo(mediaID: text("MediaId"), thumbMediaID: text("ThumbMediaId"))
            case "location":
                .location(
                    latitude: text("Location_X"), longitude: text("Location_Y"),
                    scale: text("Scale"), label: text("Label"))
            case "link":
                .link(
                    title: text("Title"), description: text("Description"), url: text("Url"))
            default: .unknown(type)
            }
    }
}
