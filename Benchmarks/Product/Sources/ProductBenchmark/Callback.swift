import Glibc

/// An event of a person who has not been seen before, as WeChat posts it in the clear.
struct Callback {
    static let appID = "wx0a1b2c3d4e5f6071"
    static let token = "BenchmarkToken2026"

    /// 28 characters, as every openid has.
    let openid: String
    /// A follow through the code, or a scan by somebody who follows already.
    let isFollow: Bool
    let scene: String

    private var body: String {
        let (event, key) = isFollow ? ("subscribe", "qrscene_" + scene) : ("SCAN", scene)
        return """
            <xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\
            <FromUserName><![CDATA[\(openid)]]></FromUserName><CreateTime>\(time(nil))</CreateTime>\
            <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[\(event)]]></Event>\
            <EventKey><![CDATA[\(key)]]></EventKey><Ticket><![CDATA[gQH47joAAAAAAAAAASxodHRwOi8v\
            d2VpeGluLnFxLmNvbS9xL2taZ2Z3TVRtNzJXV1Brb3ZhYmJJAAIEZ23sUwMEmm3sUw==]]></Ticket></xml>
            """
    }

    /// The whole request, signed with a nonce of its own.
    var request: [UInt8] {
        let timestamp = String(time(nil))
        let nonce = String(UInt32.random(in: .min ... .max))
        let signature = sha1(Array([Self.token, timestamp, nonce].sorted().joined().utf8))
        let body = body
        return Array(
            """
            POST /callbacks/wechat/\(Self.appID)?signature=\(signature)&timestamp=\(timestamp)\
            &nonce=\(nonce)&openid=\(openid) HTTP/1.1\r
            Host: 127.0.0.1\r
            User-Agent: Mozilla/4.0\r
            Accept: */*\r
            Content-Type: text/xml\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """.utf8)
    }

    /// Events of `count` people, follows and scans by turns.
    ///
    /// - Parameter first: the number of the first person; nobody may come twice.
    static func crowd(_ count: Int, from first: Int, scene: String) -> [Callback] {
        (first..<first + count).map { number in
            let digits = String(number)
            let openid = "oBench" + String(repeating: "0", count: 22 - digits.count) + digits
            return Callback(openid: openid, isFollow: number % 2 == 0, scene: scene)
        }
    }
}
