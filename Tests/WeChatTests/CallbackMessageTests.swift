import Testing
import WeChat

/// A callback's body, its own elements between those that all have.
func body(_ type: String, _ elements: String) -> [UInt8] {
    Array(
        """
        <xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\
        <FromUserName><![CDATA[oTEST0000000000000000000001]]></FromUserName>\
        <CreateTime>1716200000</CreateTime><MsgType><![CDATA[\(type)]]></MsgType>\(elements)</xml>
        """.utf8)
}

func event(_ name: String, key: String? = nil, more: String = "") -> [UInt8] {
    let key = key.map { "<EventKey><![CDATA[\($0)]]></EventKey>" } ?? ""
    return body("event", "<Event><![CDATA[\(name)]]></Event>\(key)\(more)")
}

struct CallbackMessageTests {
    @Test func `a follow through a code brings its scene and ticket`() throws {
        let message = try CallbackMessage(
            event(
                "subscribe", key: "qrscene_store-042",
                more: "<Ticket><![CDATA[gQTICKET1]]></Ticket>"))
        #expect(message.kind == .event(.subscribe(scene: "store-042")))
        #expect(message.ticket == "gQTICKET1")
        #expect(message.from == "oTEST0000000000000000000001")
        #expect(message.to == "gh_0a1b2c3d4e5f")
        #expect(message.createdAt == 1_716_200_000)
    }

    @Test(arguments: [nil, "", "qrscene_", "last_trade_no_4200000000000000000000000001"])
    func `a follow by another way has no scene`(_ key: String?) throws {
        let message = try CallbackMessage(event("subscribe", key: key))
        #expect(message.kind == .event(.subscribe(scene: nil)))
        #expect(message.eventKey == key ?? "")
    }

    @Test func `only one prefix is taken off a scene`() throws {
        let followed = try CallbackMessage(event("subscribe", key: "qrscene_qrscene_a"))
        let scanned = try CallbackMessage(event("SCAN", key: "qrscene_a"))
        #expect(followed.kind == .event(.subscribe(scene: "qrscene_a")))
        #expect(scanned.kind == .event(.scan(scene: "qrscene_a")))
    }

    @Test(arguments: ["SCAN", "scan", "Scan"])
    func `names of events are read in any case`(_ name: String) throws {
        let message = try CallbackMessage(event(name, key: "store-042"))
        #expect(message.kind == .event(.scan(scene: "store-042")))
    }

    @Test func `the scene of a numbered code may stand bare`() throws {
        let message = try CallbackMessage(
            body("event", "<Event>SCAN</Event><EventKey>98765</EventKey>"))
        #expect(message.kind == .event(.scan(scene: "98765")))
    }

    @Test(arguments: [
        (event("unsubscribe", key: ""), CallbackMessage.Event.unsubscribe),
        (event("CLICK", key: "K1"), .click(key: "K1")),
        (
            event("VIEW", key: "https://a.b/", more: "<MenuId>1</MenuId>"),
            .view(url: "https://a.b/")
        ),
        (event("view_miniprogram", key: "pages/a"), .viewMiniProgram(path: "pages/a")),
        (
            event(
                "scancode_waitmsg", key: "K1",
                more:
                    "<ScanCodeInfo><ScanResult>1&amp;2</ScanResult></ScanCodeInfo>"
            ), .scanCodeWait(key: "K1", result: "1&2")
        ),
        (
            event(
                "LOCATION",
                more:
                    "<Latitude>23.1</Latitude><Longitude>113.3</Longitude><Precision>9</Precision>"
            ),
            .location(latitude: "23.1", longitude: "113.3", precision: "9")
        ),
        (
            event("TEMPLATESENDJOBFINISH", more: "<MsgID>7</MsgID><Status>success</Status>"),
            .templateSent(status: "success")
        ),
        (event("user_pay_from_pay_cell", key: "4200000000"), .unknown("user_pay_from_pay_cell")),
    ])
    func `events are told apart`(_ bytes: [UInt8], _ expected: CallbackMessage.Event) throws {
        #expect(try CallbackMessage(bytes).kind == .event(expected))
    }

    @Test(arguments: [
        (
            body("text", "<Content><![CDATA[你好]]></Content><MsgId>23456789012345678</MsgId>"),
            CallbackMessage.Message.text("你好", choiceID: nil)
        ),
        (
            body("text", "<Content>good</Content><bizmsgmenuid>101</bizmsgmenuid>"),
            .text("good", choiceID: "101")
        ),
        (
            body("image", "<PicUrl>http://a/</PicUrl><MediaId>M</MediaId>"),
            .image(mediaID: "M", url: "http://a/")
        ),
        (
            body("voice", "<MediaId>M</MediaId><Format>amr</Format><Recognition/>"),
            .voice(mediaID: "M", format: "amr")
        ),
        (
            body("shortvideo", "<MediaId>M</MediaId><ThumbMediaId>T</ThumbMediaId>"),
            .shortVideo(mediaID: "M", thumbMediaID: "T")
        ),
        (body("something_new", "<A><B><C>1</C></B></A>"), .unknown("something_new")),
    ])
    func `messages are told apart`(_ bytes: [UInt8], _ expected: CallbackMessage.Message) throws {
        #expect(try CallbackMessage(bytes).kind == .message(expected))
    }

    @Test func `a fact has one key however often it is delivered`() throws {
        let scan = try CallbackMessage(event("SCAN", key: "a"))
        #expect(try CallbackMessage(event("SCAN", key: "a")).redeliveryKey == scan.redeliveryKey)
        let others = try [
            event("SCAN", key: "b"), event("subscribe", key: "a"),
            body("text", "<MsgId>1</MsgId>"), body("text", "<MsgId>2</MsgId>"),
        ].map { try CallbackMessage($0).redeliveryKey }
        #expect(Set(others + [scan.redeliveryKey]).count == 5)
    }

    @Test(arguments: ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"])
    func `a message without what all have is refused`(_ name: String) {
        let text = String(decoding: event("SCAN", key: "a"), as: UTF8.self)
            .replacing("<\(name)>", with: "<Other>").replacing("</\(name)>", with: "</Other>")
        #expect(throws: CallbackDocumentError.missing(name)) {
            try CallbackMessage(Array(text.utf8))
        }
    }

    @Test(arguments: CallbackVector.all.filter { $0.receiveID.hasPrefix("wx") }.prefix(1))
    func `an event in safe mode is opened and read`(_ vector: CallbackVector) throws {
        let document = try CallbackDocument(
            Array(
                """
                <xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>
                <Encrypt><![CDATA[\(vector.encrypted)]]></Encrypt></xml>
                """.utf8))
        let crypto = try CallbackCrypto(
            encodingAESKey: Secret(CallbackVector.key), receiveID: vector.receiveID)
        let plain = try crypto.decrypted(#require(document.encrypted))
        #expect(try CallbackMessage(plain).kind == .event(.scan(scene: "store-042")))
    }
}
