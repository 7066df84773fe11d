// usage: HummingbirdServer PORT
import Hummingbird

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
let page = ByteBuffer(repeating: UInt8(ascii: "x"), count: 2048)
let router = Router()
router.get("plain") { _, _ in "Hello, world! 12345\n" }
router.get("async") { _, _ in "Hello, world! 12345\n" }
router.get("2k") { _, _ in Response(status: .ok, body: .init(byteBuffer: page)) }
router.post("echo") { request, _ in
    _ = try await request.body.collect(upTo: 1 << 20)
    return "Hello, world! 12345\n"
}
let application = Application(
    router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
    eventLoopGroupProvider: .singleton)
try await application.runService()
