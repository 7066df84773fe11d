import Foundation
import HTTP
import Jobs
import Logging
import Matou
import MatouWeb
import MockWeChat
import SQLite

/// The server with everything that runs beside it, from the first connection to the last.
struct RunningServer: Sendable {
    /// The mock gateway of this process, and where it is.
    struct Mock: Sendable {
        let gateway: MockGateway
        let url: String
        /// What its time and the installation's come from.
        let clock: DemoClock
    }

    private static let drainLimit: Duration = .seconds(10)

    let installation: Installation
    let server: Server
    let mock: Mock?
    let jobs: Task<Void, Never>
    /// What the terminal shows.
    let greeting: [String]

    static func start(
        _ installation: Installation, _ store: Store, mock: Mock?, reach: Reach,
        accessLog: AccessLogFile?, logger: Logger
    ) async throws -> RunningServer {
        // Bound before anything is filled, so that a taken port is the first thing to be said.
        let statistics = StatisticsSource()
        let start = StartProgress()
        let site: Site
        do {
            site = try Site(
                installation,
                settings: SiteSettings(
                    publicURL: reach.publicURL, mockGatewayURL: mock?.url,
                    metricsToken: reach.metricsToken),
                resources: store.resources, logger: logger, isStarted: { start.isOver },
                metrics: {
                    let jobs = try? await store.database.read { try $0.jobCounts() }
                    return Metrics.text(
                        server: statistics.now, accessLog: accessLog,
                        database: store.database.statistics,
                        jobs: jobs ?? [:])
                })
        } catch {
            throw CommandFailure.configuration(
                "the pages in \(store.resources) do not fit: \(error)")
        }
        var configuration = Server.Configuration(reach.address)
        // Only a proxy speaks to the socket file.
        configuration.trustedProxies = reach.proxies + [.unixSocket]
        configuration.forwardingFields = reach.forwarding
        configuration.onRefusal = site.refusal
        configuration.onError = { error, request in
            logger.failed("a request failed", error, request)
            return site.refusal(.internalServerError, request)
        }
        configuration.limits = reach.limits
        configuration.accessLog = accessLog.map(lines)
        let server = Server(configuration: configuration, router: site.router)
        do {
            _ = try server.start()
        } catch {
            throw CommandFailure.configuration(
                "\(error) Give another --host and --port, or --unix-socket.")
        }
        statistics.follow(server)
        let jobs = Task { await installation.jobs.run() }
        let demo =
            if reach.isDemo, let mock {
                try await Demo(installation: installation, mock: mock, folder: store.folder).fill(
                    callbackBase: callbackBase(reach))
            } else { nil as Demo.SignIn? }
        start.end()
        return RunningServer(
            installation: installation, server: server, mock: mock, jobs: jobs,
            greeting: Greeting(
                url: reach.publicURL, mock: mock?.url, demo: demo,
                setupKey: try await installation.members.isSetUp() ? nil : site.setupKey
            ).lines)
    }

    private static func lines(to file: AccessLogFile) -> AccessLog {
        var format = AccessLogFormat.combined
        // What a form's link says of its receiver, and whom WeChat's callbacks are about: who was
        // erased must not stand in a log.
        format.secretNames.formUnion(["t", "openid"])
        return .lines(format, to: file)
    }

    func stop() async {
        // A long job ends with what it is doing while the last answers leave; replies to the last scans
        // are still sent.
        installation.jobs.endLongJobs()
        await server.stop(drainingFor: Self.drainLimit)
        await installation.jobs.stop(within: Self.drainLimit)
        await jobs.value
        await mock?.gateway.stop()
    }

    /// How the mock gateway of this process reaches the server: not by way of a proxy, which may not
    /// be there yet, unless only a proxy can.
    private static func callbackBase(_ reach: Reach) -> String {
        switch reach.address {
        case .ip: localURL(reach.address)
        case .unix: reach.publicURL
        }
    }

    /// How this machine reaches the server.
    static func localURL(_ address: Server.Address) -> String {
        switch address {
        case .ip: "http://\(Server.BoundAddress(address: address))"
        case .unix: "http://localhost"
        }
    }
}

/// What the terminal shows when everything runs.
private struct Greeting {
    let url: String
    let mock: String?
    let demo: Demo.SignIn?
    /// Nil once somebody has set up.
    let setupKey: String?

    var lines: [String] {
        var lines = ["", "Matou 码头 is at \(url)"]
        if let demo {
            let password =
                demo.password.map { "password \($0)" } ?? "and the password that you chose"
            lines.append("  sign in with     \(demo.email)   \(password)")
        }
        if let setupKey {
            lines.append("  first start: make the owner at \(url)/setup?key=\(setupKey)")
        }
        if let mock { lines.append("  the phone is at  \(mock)") }
        lines.append(
            demo == nil && mock == nil
                ? "  stop with Ctrl-C"
                : "  go live: matou serve --public-url https://your.host, without --demo; see README"
        )
        return lines
    }
}
