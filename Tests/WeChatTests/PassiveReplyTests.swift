import Testing
import WeChat

struct PassiveReplyTests {
    let message: CallbackMessage

    init() throws {
        message = try CallbackMessage(event("SCAN", key: "store-042"))
    }

    @Test func `a reply goes back to whom it came from`() {
        #expect(
            PassiveReply.text("hi").xml(to: message, at: 1_716_200_001) == """
                <xml><ToUserName><![CDATA[oTEST0000000000000000000001]]></ToUserName>\
                <FromUserName><![CDATA[gh_0a1b2c3d4e5f]]></FromUserName>\
                <CreateTime>1716200001</CreateTime><MsgType><![CDATA[text]]></MsgType>\
                <Content><![CDATA[hi]]></Content></xml>
                """)
    }

    @Test(arguments: ["]]>", "]]]>", "]]>]]>", "a]]&gt;<b>", "]]", "码头 😀", "\u{0}\u{8}x\u{FFFE}"])
    func `no text breaks out of a reply`(_ text: String) throws {
        let xml = PassiveReply.text(text).xml(to: message, at: 1)
        let kept = text.unicodeScalars.filter { $0.value >= 32 && $0.value != 0xFFFE }
        #expect(
            try CallbackDocument(Array(xml.utf8))["Content"]
                == String(String.UnicodeScalarView(kept)))
    }

    @Test(arguments: [
        (PassiveReply.image(mediaID: "M"), "image", "Image/MediaId", "M"),
        (.voice(mediaID: "M"), "voice", "Voice/MediaId", "M"),
        (.video(mediaID: "M", title: "T", description: "D"), "video", "Video/Title", "T"),
        (
            .music(
                .init(
                    title: "T", description: "D", url: "u", highQualityURL: "h",
                    thumbMediaID: "M2")), "music", "Music/ThumbMediaId", "M2"
        ),
        (
            .news(.init(title: "T", description: "D", url: "u", pictureURL: "p")), "news",
            "Articles/item/PicUrl", "p"
        ),
        (
            .customerService(agent: "anna@matou"), "transfer_customer_service",
            "TransInfo/KfAccount", "anna@matou"
        ),
    ])
    func `each type of reply has its elements`(
        _ reply: PassiveReply, _ type: String, _ path: String, _ text: String
    ) throws {
        let document = try CallbackDocument(Array(reply.xml(to: message, at: 1).utf8))
        #expect(document["MsgType"] == type)
        #expect(document[path] == text)
    }

    @Test func `a reply in safe mode is sealed and signed`() throws {
        let crypto = try CallbackCrypto(
            encodingAESKey: Secret(CallbackVector.key), receiveID: "wx1")
        let signature = CallbackSignature(token: Secret(CallbackVector.token))
        let plain = PassiveReply.text("hi").xml(to: message, at: 1)
        let reply = try EncryptedReply(
            plain, crypto: crypto, signature: signature, at: 7, nonce: "n",
            random: CallbackVector.random)
        let document = try CallbackDocument(Array(reply.xml.utf8))
        let sealed = try #require(document.encrypted)
        #expect(try crypto.decrypted(sealed) == Array(plain.utf8))
        #expect(
            signature.matches(
                try #require(document["MsgSignature"]), timestamp: "7", nonce: "n",
                encrypted: sealed))
        #expect(document["TimeStamp"] == "7" && document["Nonce"] == "n")
    }
}
