// This server with everything on: validation, routing, limits and the access log.
// usage: OurServer PORT [LOOPS [FOLDER]]     the folder's files are under /static
import HTTP

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let page = [UInt8](repeating: UInt8(ascii: "x"), count: 2048)
let folder = CommandLine.arguments.dropFirst(3).first
let files = try folder.map { try StaticFiles(directory: $0, mount: "/static").routes } ?? []
let router = try Router(
    [
        .inline(.get, "/plain") { _ in .text("Hello, world! 12345\n") },
        .inline(.get, "/2k") { _ in .bytes(page, type: "text/plain") },
        .inline(.post, "/echo") { _ in .text("Hello, world! 12345\n") },
        .async(.get, "/async") { _ in .text("Hello, world! 12345\n") },
    ] + files)
var configuration = Server.Configuration(.ip(host: "127.0.0.1", port: arguments.first ?? 8080))
configuration.eventLoops = arguments.dropFirst().first ?? 1
configuration.limits.requestsPerConnectionMax = .max
configuration.accessLog = .lines(.combined, to: try AccessLogFile(path: "/dev/null"))
let server = Server(configuration: configuration, router: router)
_ = try server.start()
await ShutdownSignal.wait()
await server.stop(drainingFor: .seconds(1))
