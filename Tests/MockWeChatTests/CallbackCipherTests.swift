import Crypto
import Testing

@testable import MockWeChat

/// The test vectors of `wechat-wire.md` §2.4, which an independent implementation computed.
@Suite struct CallbackCipherTests {
    private let appCipher: CallbackCipher
    private let corpCipher: CallbackCipher
    private let random = Array("0123456789abcdef".utf8)

    init() throws {
        let key = try #require(EncodingAESKey(Street.key))
        appCipher = CallbackCipher(key: key, receiveID: "wx0a1b2c3d4e5f6071")
        corpCipher = CallbackCipher(key: key, receiveID: "ww0123456789abcdef")
    }

    @Test func `signatures are those of the vectors`() {
        #expect(
            CallbackSignature.sign("QrDeskToken2024", "1716200000", "846213907")
                == "fd4224feaa391e83eba47d03fcf28891e0137a82")
        #expect(
            CallbackSignature.sign("QrDeskToken2024", "1716200000", "846213907", Self.echo)
                == "d5452e02fde9d728e4b0db44d28b3d8dfa82af2a")
        #expect(
            CallbackSignature.sign("QrDeskToken2024", "1716200000", "846213907", Self.scan)
                == "b45f8ef0117f457df275f81286262d4d7e3f8a0f")
    }

    @Test func `encryption gives the vectors and decryption takes them`() {
        #expect(appCipher.encrypt(Self.scanPlain, random: random) == Self.scan)
        #expect(appCipher.decrypt(Self.scan) == Self.scanPlain)
        #expect(corpCipher.encrypt("5927415630018237", random: random) == Self.echo)
        #expect(corpCipher.decrypt(Self.echo) == "5927415630018237")
        let edge = String(repeating: "x", count: 26)
        #expect(appCipher.encrypt(edge, random: random) == Self.edge)
        #expect(appCipher.decrypt(Self.edge) == edge)
    }

    @Test func `a text for another receiver or a broken one is not decrypted`() {
        #expect(corpCipher.decrypt(Self.scan) == nil)
        #expect(appCipher.decrypt("") == nil)
        #expect(appCipher.decrypt("AAAA") == nil)
        #expect(appCipher.decrypt(String(Self.scan.dropLast(24))) == nil)
        #expect(EncodingAESKey("short") == nil)
        #expect(EncodingAESKey(String(repeating: "!", count: 43)) == nil)
    }

    @Test func `every length comes back`() {
        for length in 0...130 {
            let text = String(repeating: "码", count: length)
            #expect(appCipher.encrypt(text, random: random).flatMap(appCipher.decrypt) == text)
        }
    }

    private static let scanPlain =
        "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><FromUserName><![CDATA[oTEST0000000000000000000001]]></FromUserName><CreateTime>1716200000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event><EventKey><![CDATA[store-042]]></EventKey><Ticket><![CDATA[gQTICKET1]]></Ticket></xml>"
    private static let scan =
        "Q3stYC6hdFzMh9T8HCvyDMfKXRmshauMcUntNpQefbWUrPKkHWfdogINwaOr1xWiicJQdS0vVhY1Dic663OpXit1PfIkzsxktaN5TDM9YLKnubj9QvrBP9g8uam0s21Y3IPv6+HVf9Bw/t0a7FF6gCAXewrGoLtvlYD/eQ9bTc4ZxcKmN242wEl6IrxjKaTBICeqKI1SCTdYdtHZ+9QeYyLXpTg5fMvMXW/r0jVYZz4wTmrZ/V4sRcPqd2rlAu97lmoYnumwqTfVl8uo4nb8mLAglRZq2YDyEHV2kdFY7MWlJC9ny8j2XHe2QQvOShqRAjZ2F7+sH97lgtgJkdg5z3ZLbYUNLlMbeZUmqAlsWy5Xj6uiMq7uxg5NSIkjU7scDdxhs71JvL8kC4eXUr2Ge2d1WRm8lq7Ta/s6nm3C2e2MWK4M7MuYYRiaqFvTBAMz6hqdzXR4C5WC9LeZt5TaaA=="
    private static let echo =
        "Q3stYC6hdFzMh9T8HCvyDAbQECm631kgt4wlGhKLlbJaNQYGw49JK3OHuqt77NQDKlOLgsTe3+5kho8OuGYuAw=="
    private static let edge =
        "Q3stYC6hdFzMh9T8HCvyDHDxbrF7f8TfmYxXSN1y2Vbjja9RgRLcXPjzJF67v90VFz3nUX75z+MTr74XcNCmg8sYd5ZFp20VccUCOdIJuppZH07H/Ieo+O+FNDvUQGCV"
}

/// Lowercase hexadecimal SHA-1 of the parts, sorted and joined.
func sha1(_ parts: [String]) -> String {
    Insecure.SHA1.hash(data: Array(parts.sorted().joined().utf8)).description
        .replacing("SHA1 digest: ", with: "")
}
