import WeChat

/// What a scanner receives 扫码回复: nothing, or up to three items in the order of sending.
package struct Reply: Sendable, Equatable {
    /// After a scan WeChat takes three messages within a minute.
    package static let itemLimit = OfficialAccountClient.repliesAfterScanMax

    package let items: [ReplyItem]

    package static let none = Reply(items: [])
}

/// One item of a reply, of one format.
package enum ReplyItem: Sendable, Equatable {
    case text(String)

    /// The format's name in the API and the store.
    package var format: String {
        switch self {
        case .text: "text"
        }
    }

    /// What is sent to WeChat for it.
    var message: CustomMessage {
        switch self {
        case .text(let text): .text(text)
        }
    }
}

extension ReplyItem: Codable {
    private enum Key: String, CodingKey { case format, text }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(format, forKey: .format)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(String.self, forKey: .format) {
        case "text": self = .text(try container.decode(String.self, forKey: .text))
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: container, debugDescription: "no reply format \(other)")
        }
    }
}

extension [ReplyItem] {
    func checked(_ faults: inout FieldFaults) -> [ReplyItem] {
        if count > Reply.itemLimit { faults.add("reply", .tooMany(limit: Reply.itemLimit)) }
        return enumerated().map { index, item in
            switch item {
            case .text(let text):
                .text(checkedText(text, field: "reply.\(index).text", &faults))
            }
        }
    }

    /// Line breaks are kept; a browser's CRLF becomes the line feed that WeChat shows.
    private func checkedText(
        _ text: String, field: String, _ faults: inout FieldFaults
    ) -> String {
        let text = text.replacing("\r\n", with: "\n")
        if text.trimmingWhitespace().isEmpty { faults.add(field, .required) }
        if text.utf8.count > CustomMessage.textBytesMax {
            faults.add(field, .tooLong(limit: CustomMessage.textBytesMax, unit: .bytes))
        }
        let isControl = { (scalar: Unicode.Scalar) in
            scalar != "\n" && scalar != "\t" && scalar.properties.generalCategory == .control
        }
        if text.unicodeScalars.contains(where: isControl) {
            faults.add(field, .hasControlCharacters)
        }
        return text
    }
}

extension ReplyItem {
    /// UTF-8 bytes of a text, as WeChat takes them.
    package static let textBytesMax = CustomMessage.textBytesMax
}
