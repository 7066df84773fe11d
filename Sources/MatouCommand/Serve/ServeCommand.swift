import ArgumentParser
import Foundation
import HTTP
import HTTPClient
import Jobs
import Logging
import Matou
import MatouWeb
import MockWeChat
import SQLite
import WeChat

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the pages, the REST API and WeChat's callbacks.",
        discussion: """
            Every flag has an environment variable MATOU_… (--public-url is MATOU_PUBLIC_URL) and a \
            key of its name in the file of --config. A flag wins over the environment, the \
            environment over the file. The limits of the HTTP server are settings without a flag, \
            such as MATOU_HTTP_IDLE_TIMEOUT; docs/http.md lists them.
            """)

    @OptionGroup var store: StoreOptions
    @Option(help: "The address to listen on; 127.0.0.1 if left out.") var host: String?
    @Option(help: "The port to listen on; 8080 if left out.") var port: Int?
    @Option(help: "A socket file to listen on instead, for a proxy on this machine; it is trusted.")
    var unixSocket: String?
    @Option(help: "How browsers and WeChat reach this server, such as https://codes.example.com.")
    var publicURL: String?
    @Flag(help: "Run the mock WeChat gateway as well, and speak to it instead of WeChat.")
    var mockGateway = false
    @Option(help: "The port of the mock gateway; 8090 if left out.") var mockPort: Int?
    @Flag(help: "Fill an empty store with a demo workspace. Implies --mock-gateway.")
    var demo = false
    @Option(help: "trace, debug, info, notice, warning, error or critical; info if left out.")
    var logLevel: String?
    @Option(
        help: "Addresses of proxies that are believed about their clients, with commas between.")
    var trustedProxies: String?
    @Option(help: "Where they name the client: x-forwarded-for, or forwarded (RFC 7239).")
    var forwardingField: String?
    @Option(help: "A file for one line a request, in the combined format; none if left out.")
    var accessLog: String?
    @Option(help: "The bearer token of /metrics; without one it answers this machine only.")
    var metricsToken: String?
    @Option(help: "Megabytes of finished exports that are kept for a person; 2000 if left out.")
    var exportSpace: Int?
    @Option(name: .customLong("wechat-api-url"), help: "In place of https://api.weixin.qq.com.")
    var wechatAPIURL: String?
    @Option(name: .customLong("wechat-mp-url"), help: "In place of https://mp.weixin.qq.com.")
    var wechatMPURL: String?
    @Option(name: .customLong("wecom-api-url"), help: "In place of https://qyapi.weixin.qq.com.")
    var wecomAPIURL: String?

    func run() async throws {
        Memory.shareHeaps()
        // A rotation may send it where no log is kept; by default it would end the process. With a
        // terminal it says that the terminal is gone.
        if isatty(STDIN_FILENO) == 0 { signal(SIGHUP, SIG_IGN) }
        let settings = try store.settings()
        let logger = try makeLogger(settings)
        let reach = try await reach(settings)
        let opened = try await Store.open(store, serving: true)
        let log = try accessLog(settings)
        let rotation = log.map { log in
            Task {
                await LogRotation.follow(log) {
                    logger.error(
                        "the access log cannot be opened again", metadata: ["error": "\($0)"])
                }
            }
        }
        let running = try await start(opened, reach, settings, log, logger)
        for line in running.greeting { print(line) }
        // Buffered output would reach a log file minutes later.
        fflush(nil)

        await ShutdownSignal.wait()
        logger.info("stopping; requests under way are finished")
        await running.stop()
        try? await opened.database.close()
        rotation?.cancel()
        withExtendedLifetime(opened.lock) {}
    }

    private func reach(_ settings: Settings) async throws(CommandFailure) -> Reach {
        let isDemo = try settings.flag("demo", flag: demo)
        let hasMock = try settings.flag("mock-gateway", flag: mockGateway) || isDemo
        _ = try baseURLs(settings, mock: nil)
        let address = try await address(settings)
        let port = try settings.number("mock-port", flag: mockPort, in: 0...65_535, otherwise: 8090)
        if hasMock, port != 0 {
            _ = try await ListeningPort.find(
                on: "127.0.0.1", port, otherwise: "Give the mock gateway another --mock-port.")
        }
        return Reach(
            isDemo: isDemo, mockPort: hasMock ? port : nil, address: address,
            publicURL: try publicURL(settings) ?? RunningServer.localURL(address),
            metricsToken: settings.text("metrics-token", flag: metricsToken),
            proxies: try proxies(settings), forwarding: try forwardingFields(settings),
            limits: try settings.limits(),
            exportBytesMax: try settings.number(
                "export-space", flag: exportSpace, in: 1...1_000_000,
                otherwise: Export.keptBytesMax / 1_000_000) * 1_000_000)
    }

    private func start(
        _ opened: Store, _ reach: Reach, _ settings: Settings, _ log: AccessLogFile?,
        _ logger: Logger
    ) async throws -> RunningServer {
        let mock = try reach.mockPort.map { try startMock(opened, port: $0) }
        var clock = GatewayClock.system
        if let mock { clock.now = { mock.clock.now().milliseconds } }
        let gateway = try Gateway(
            baseURLs: baseURLs(settings, mock: mock?.url), http: CurlFetcher(), clock: clock,
            onCall: { report in
                guard let error = report.error else { return }
                logger.notice(
                    "a call of WeChat's API failed",
                    metadata: ["path": "\(report.path)", "error": "\(error)"])
            })
        let installation = opened.installation(
            gateway: gateway, publicURL: reach.publicURL, demoClock: mock?.clock,
            exportBytesMax: reach.exportBytesMax
        ) {
            logger.log($0)
        }
        return try await RunningServer.start(
            installation, opened, mock: mock, reach: reach, accessLog: log, logger: logger)
    }

    private func address(_ settings: Settings) async throws(CommandFailure) -> Server.Address {
        if let path = settings.text("unix-socket", flag: unixSocket) { return .unix(path: path) }
        let host = settings.text("host", flag: host) ?? "127.0.0.1"
        guard host == "localhost" || (AddressBlock(host) != nil && !host.contains("/")) else {
            throw .setting(
                "host is \(host); give an address of this machine such as 127.0.0.1, ::1 or 0.0.0.0",
                flag: self.host)
        }
        let port = try settings.number("port", flag: port, in: 0...65_535, otherwise: 8080)
        return .ip(
            host: host,
            port: try await ListeningPort.find(
                on: host, port, otherwise: "Give another --host and --port, or --unix-socket."))
    }

    private func makeLogger(_ settings: Settings) throws(CommandFailure) -> Logger {
        let name = settings.text("log-level", flag: logLevel) ?? "info"
        guard let level = Logger.Level(rawValue: name.lowercased()) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw .setting("log-level is \(name); give one of \(levels)", flag: logLevel)
        }
        var logger = Logger(label: "matou") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }

    private func publicURL(_ settings: Settings) throws(CommandFailure) -> String? {
        guard let url = settings.text("public-url", flag: publicURL) else { return nil }
        let plain = try? BaseURLs(api: url, mp: url, qyapi: url).api
        guard let plain, URLComponents(string: plain)?.path.isEmpty == true else {
            throw .setting(
                "public-url is \(url); give http:// or https:// and a host of its own without a "
                    + "path, such as https://codes.example.com", flag: publicURL)
        }
        return plain
    }

    private func accessLog(_ settings: Settings) throws(CommandFailure) -> AccessLogFile? {
        guard let path = settings.text("access-log", flag: accessLog) else { return nil }
        do {
            return try AccessLogFile(path: path)
        } catch {
            throw .configuration("the access log \(path) cannot be written: \(error)")
        }
    }

    private func startMock(
        _ opened: Store, port: Int
    ) throws(CommandFailure) -> RunningServer.Mock {
        do {
            let clock = DemoClock()
            var configuration = MockGateway.Configuration(
                stateFile: opened.folder + "/mock-gateway.state",
                resources: opened.resources + "/mock")
            configuration.now = { Moment(milliseconds: clock.now().milliseconds) }
            let gateway = try MockGateway(configuration)
            let address = try gateway.start(port: port)
            return RunningServer.Mock(
                gateway: gateway, url: "http://127.0.0.1:\(address.port)", clock: clock)
        } catch {
            throw .configuration(
                "the mock gateway cannot start: \(error) Give another --mock-port.")
        }
    }

    private func baseURLs(
        _ settings: Settings, mock: String?
    ) throws(CommandFailure) -> BaseURLs {
        let tencent = BaseURLs.tencent
        do {
            return try BaseURLs(
                api: settings.text("wechat-api-url", flag: wechatAPIURL) ?? mock ?? tencent.api,
                mp: settings.text("wechat-mp-url", flag: wechatMPURL) ?? mock ?? tencent.mp,
                qyapi: settings.text("wecom-api-url", flag: wecomAPIURL) ?? mock
                    ?? tencent.qyapi)
        } catch {
            let flag: String? = wechatAPIURL ?? wechatMPURL ?? wecomAPIURL
            throw .setting("\(error)", flag: flag)
        }
    }

    private func forwardingFields(
        _ settings: Settings
    ) throws(CommandFailure) -> ForwardingFields {
        guard let name = settings.text("forwarding-field", flag: forwardingField) else {
            return .xForwarded
        }
        guard let fields = ForwardingFields(rawValue: name.lowercased()) else {
            throw .setting(
                "forwarding-field is \(name); give x-forwarded-for or forwarded",
                flag: forwardingField)
        }
        return fields
    }

    private func proxies(_ settings: Settings) throws(CommandFailure) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        for text in (settings.text("trusted-proxies", flag: trustedProxies) ?? "")
            .split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) })
        where !text.isEmpty {
            guard let block = AddressBlock(text) else {
                throw .setting(
                    "trusted-proxies has \(text); give addresses such as 10.0.0.5 or 10.0.0.0/8",
                    flag: trustedProxies)
            }
            blocks.append(block)
        }
        return blocks
    }
}
