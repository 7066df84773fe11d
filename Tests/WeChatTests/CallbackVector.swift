import Testing

/// Computed with an independent AES, checked with wechatpy 1.8.18 both ways (`wechat-wire.md`
/// §2.4).
struct CallbackVector: Sendable, CustomTestStringConvertible {
    static let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    static let token = "QrDeskToken2024"
    static let timestamp = "1716200000"
    static let nonce = "846213907"
    static let random = Array("0123456789abcdef".utf8)
    /// V0: without a message.
    static let plainSignature = "fd4224feaa391e83eba47d03fcf28891e0137a82"

    let testDescription: String
    let receiveID: String
    let message: String
    let encrypted: String
    let signature: String

    static let all = [
        CallbackVector(
            testDescription: "V1, an official account's event", receiveID: "wx0a1b2c3d4e5f6071",
            message: """
                <xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><FromUserName><![CDATA[oTES\
                T0000000000000000000001]]></FromUserName><CreateTime>1716200000</CreateTime><MsgType\
                ><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event><EventKey><![CDATA[store-\
                042]]></EventKey><Ticket><![CDATA[gQTICKET1]]></Ticket></xml>
                """,
            encrypted: """
                Q3stYC6hdFzMh9T8HCvyDMfKXRmshauMcUntNpQefbWUrPKkHWfdogINwaOr1xWiicJQdS0vVhY1Dic663Op\
                Xit1PfIkzsxktaN5TDM9YLKnubj9QvrBP9g8uam0s21Y3IPv6+HVf9Bw/t0a7FF6gCAXewrGoLtvlYD/eQ9b\
                Tc4ZxcKmN242wEl6IrxjKaTBICeqKI1SCTdYdtHZ+9QeYyLXpTg5fMvMXW/r0jVYZz4wTmrZ/V4sRcPqd2rl\
                Au97lmoYnumwqTfVl8uo4nb8mLAglRZq2YDyEHV2kdFY7MWlJC9ny8j2XHe2QQvOShqRAjZ2F7+sH97lgtgJ\
                kdg5z3ZLbYUNLlMbeZUmqAlsWy5Xj6uiMq7uxg5NSIkjU7scDdxhs71JvL8kC4eXUr2Ge2d1WRm8lq7Ta/s6\
                nm3C2e2MWK4M7MuYYRiaqFvTBAMz6hqdzXR4C5WC9LeZt5TaaA==
                """,
            signature: "b45f8ef0117f457df275f81286262d4d7e3f8a0f"),
        CallbackVector(
            testDescription: "V2, WeCom's echostr", receiveID: "ww0123456789abcdef",
            message: "5927415630018237",
            encrypted: """
                Q3stYC6hdFzMh9T8HCvyDAbQECm631kgt4wlGhKLlbJaNQYGw49JK3OHuqt77NQDKlOLgsTe3+5kho8OuGYu\
                Aw==
                """,
            signature: "d5452e02fde9d728e4b0db44d28b3d8dfa82af2a"),
        CallbackVector(
            testDescription: "V3, padding of a whole block", receiveID: "wx0a1b2c3d4e5f6071",
            message: "xxxxxxxxxxxxxxxxxxxxxxxxxx",
            encrypted: """
                Q3stYC6hdFzMh9T8HCvyDHDxbrF7f8TfmYxXSN1y2Vbjja9RgRLcXPjzJF67v90VFz3nUX75z+MTr74XcNCm\
                g8sYd5ZFp20VccUCOdIJuppZH07H/Ieo+O+FNDvUQGCV
                """,
            signature: "797b7f587d131e83d93f9576a26e250ab74f0229"),
        CallbackVector(
            testDescription: "V4, WeCom's new customer", receiveID: "ww0123456789abcdef",
            message: """
                <xml><ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName><FromUserName><![CDATA[s\
                ys]]></FromUserName><CreateTime>1716200000</CreateTime><MsgType><![CDATA[event]]></M\
                sgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_ex\
                ternal_contact]]></ChangeType><UserID><![CDATA[zhao.lin]]></UserID><ExternalUserID><\
                ![CDATA[wmTESTEXT0000000000000000000001]]></ExternalUserID><State><![CDATA[ch_0001]]\
                ></State><WelcomeCode><![CDATA[WCODE-0001]]></WelcomeCode></xml>
                """,
            encrypted: """
                Q3stYC6hdFzMh9T8HCvyDKLKGZ46K4LqLq1gNYvo7Vq9ZQH/mD9dB2x4oF2q2Fkg5shiYHolQwbYt5pNFAXG\
                8LJ1zUjJhBZU+Y3oEwhFeN99dvakq5sGmeVDnXkKyZnXawZgrI0Ohehv+lrykygnCDQbVktZ6B6vmIjd3YtG\
                HpoYZkHChhFMEQJV/+pYb6zt6HS5MVRB3oYpD86EoKTHeIXvVg6FW4iZ/PCIRCV2yZFHf4tAgAXpFLv9xHUH\
                qyTKJZi3qi2dI7sZHmylJy3qa+GxMJYVngORHwzrFhPMjinSbBpqfUydE9KAOYuXMphqIz/HNdUCQaYN3Iwd\
                h+r0v99CH3lpcQW9agDjLxpcqm7rr3qQFwSV/i4y5rdkqJeCDP3PL1zGm7dpjMyDKSc+O1GnKrpm96HilKHS\
                3ZBQp6pCHfRABAnzI5S13uuMWAtwnY17IFw3t5Yc6UrJ6cljdjYVOdXQWgdLTZEfGSnweg/jPAByKQPpujKn\
                f89E+nd2J3LOMqHsYDqbxmQGurZlouXR8fPt66x7Vl2xC7kzZoYHYhHTdW2TgS/Hy6DnVMaz+of4e2NoIvoc\
                cmu0zYNmNXzesIQJy/Y0cL+JDcGdBYQeRodsD7YY9o2ZA5ABZ4OM7rnp53Fa8vaDkK7gBbgh9C1kmCM8AcdG\
                EzGAyk28srGs0p53fW02fN2QqroY8SNPH21wYZEgXpCI473LOFdNqw==
                """,
            signature: "1d2246635ec188afa1888d8624ac43a5d489f085"),
    ]
}
