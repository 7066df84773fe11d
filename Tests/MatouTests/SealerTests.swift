import Foundation
import Matou
import TestWorld
import Testing

@Suite struct `Sealed secrets` {
    private static func key(_ byte: UInt8) -> [UInt8] {
        Array(repeating: byte, count: Sealer.keyLength)
    }

    private let sealer: Sealer

    init() throws { sealer = try Sealer(key: Self.key(7)) }

    @Test(arguments: ["", "app secret", "密钥 🔑", String(repeating: "x", count: 10_000)])
    func `open to what was sealed, and never look the same twice`(text: String) throws {
        let sealed = try sealer.seal(text, for: "accounts/ac_1/secret")
        #expect(try sealer.open(sealed, for: "accounts/ac_1/secret") == text)
        #expect(try sealer.seal(text, for: "accounts/ac_1/secret") != sealed)
        #expect(text.isEmpty || !sealed.contains(text))
    }

    @Test func `stay shut for another key, in another place, and when a bit was changed`() throws {
        let place = "accounts/ac_1/secret"
        let sealed = try sealer.seal("app secret", for: place)
        let shut = SealingError.cannotOpen(purpose: place)
        #expect(throws: shut) { try Sealer(key: Self.key(8)).open(sealed, for: place) }
        #expect(throws: SealingError.cannotOpen(purpose: "accounts/ac_2/secret")) {
            try sealer.open(sealed, for: "accounts/ac_2/secret")
        }
        let bytes = try #require(Data(base64Encoded: String(sealed.dropFirst(3))))
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 1
            #expect(throws: shut) {
                try sealer.open("v1." + altered.base64EncodedString(), for: place)
            }
        }
        for malformed in ["", "v1.", "v1.AAAA", "v1.?", "v2" + sealed.dropFirst(2), "app secret"] {
            #expect(throws: shut) { try sealer.open(malformed, for: place) }
        }
    }

    @Test(arguments: [0, 16, 31, 33])
    func `need a key of thirty-two bytes`(count: Int) {
        #expect(throws: SealingError.wrongKeyLength(count)) {
            try Sealer(key: Array(repeating: 7, count: count))
        }
    }

    @Test func `what goes out in the open is known again, for its purpose and its key only`() throws
    {
        let mark = sealer.authenticator(of: "follower 1", for: "form link")
        #expect(sealer.isAuthentic(mark, of: "follower 1", for: "form link"))
        #expect(!sealer.isAuthentic(mark, of: "follower 2", for: "form link"))
        #expect(!sealer.isAuthentic(mark, of: "follower 1", for: "export link"))
        #expect(
            !(try Sealer(key: Self.key(8)).isAuthentic(mark, of: "follower 1", for: "form link")))
        for wrong in ["", "=", "%", String(mark.dropLast()), mark + "A", String(mark.reversed())] {
            #expect(!sealer.isAuthentic(wrong, of: "follower 1", for: "form link"), "\(wrong)")
        }
        #expect(mark.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") })
    }
}

@Suite struct `The key file` {
    private let folder: TemporaryDirectory
    private var path: String { folder.path + "/secret.key" }

    init() throws { folder = try TemporaryDirectory() }

    private func keyFile() throws -> Sealer {
        try Sealer.keyFile(at: path, randomness: .system)
    }

    @Test func `is made once, for its owner's eyes only, and opens what it sealed`() throws {
        let sealed = try keyFile().seal("app secret", for: "place")
        let key = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(key.count == Sealer.keyLength)
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((rights as? NSNumber)?.intValue == 0o600)
        #expect(try keyFile().open(sealed, for: "place") == "app secret")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == key)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secret.key"])
    }

    @Test(arguments: [0, 31, 33])
    func `of another length is refused and left as it is`(count: Int) throws {
        try Data(repeating: 7, count: count).write(to: URL(fileURLWithPath: path))
        #expect(throws: SealingError.wrongKeyLength(count)) { try keyFile() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == count)
    }

    @Test func `left half by a crash is no key`() throws {
        try Data(repeating: 7, count: 5).write(to: URL(fileURLWithPath: path + ".draft"))
        #expect(try keyFile().seal("a", for: "place").hasPrefix("v1."))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == Sealer.keyLength)
    }

    @Test func `that can be neither read nor made is an error with its path`() throws {
        // A folder in its place can be read by nobody, not even by root.
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let error = #expect(throws: SealingError.self) { try keyFile() }
        #expect(error?.description.contains(path) == true)
        let missing = folder.path + "/none/secret.key"
        let other = #expect(throws: SealingError.self) {
            try Sealer.keyFile(at: missing, randomness: .system)
        }
        #expect(other?.description.contains(missing) == true)
    }
}
