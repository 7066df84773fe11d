package import HTTP
import Synchronization

/// WeChat as far as an account's server can see it: the API that it calls, the callbacks that it
/// gets, and people with phones behind both (`wechat-wire.md`).
///
/// It is an HTTP application of its own. One port serves `api.weixin.qq.com` and
/// `mp.weixin.qq.com`, the `/mock` interface that drives the people, and a page that shows their
/// phones.
package final class MockGateway: Sendable {
    let configuration: Configuration
    let callbackSender: CallbackSender
    let deliveries = Deliveries()
    let swap = OrderSwap()
    let texts: PhoneTexts
    let phoneFiles: StaticFiles
    private let world: Mutex<World>
    private let store: StateStore?
    private let server = Mutex<Server?>(nil)

    /// - Throws: `StateFile.Problem` when the state file cannot be read or written; `Refusal` for an
    ///   account that WeChat would not take; `PhoneTexts.Problem` when the resources are not where
    ///   they should be.
    package init(_ configuration: Configuration) throws {
        self.configuration = configuration
        texts = try PhoneTexts(directory: configuration.resources)
        phoneFiles = try StaticFiles(
            directory: "\(configuration.resources)/static", mount: "/mock/static")
        callbackSender = CallbackSender(threadsMax: configuration.callbackConnectionsMax)
        var world = World(seed: Seed(number: configuration.seed))
        let file = try configuration.stateFile.map { try StateFile(path: $0, into: &world) }
        world.reindex()
        for account in configuration.accounts { try world.put(account) }
        self.world = Mutex(world)
        store = file.map(StateStore.init)
        store?.begin(
            StateStore.Source(
                changes: { [weak self] in self?.change { world, _ in world.takeChanges() } ?? [] },
                everything: { [weak self] in self?.read { world, _ in world }.allLines ?? [] }))
    }

    /// Reads the state.
    func read<Result: Sendable, Failure: Error>(
        _ body: (World, Moment) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let machine = configuration.now()
        return try world.withLock { world throws(Failure) in
            try body(world, world.settings.clock.now(machine: machine))
        }
    }

    /// Reads and changes the state. Nothing else happens meanwhile, so the body must be short.
    func change<Result: Sendable, Failure: Error>(
        _ body: (inout World, Moment) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let machine = configuration.now()
        return try world.withLock { world throws(Failure) in
            try body(&world, world.settings.clock.now(machine: machine))
        }
    }

    /// Serves on its own.
    ///
    /// - Throws: `BindError` when the address is taken.
    @discardableResult
    package func start(host: String = "127.0.0.1", port: Int) throws -> Server.BoundAddress {
        var settings = Server.Configuration(.ip(host: host, port: port))
        settings.limits.bodyBytesMax = Endpoint.bodyBytesMax
        settings.limits.pendingHandlersMax = 16 << 10
        let server = Server(configuration: settings, router: try Router(routes))
        let address = try server.start()
        self.server.withLock { $0 = server }
        return address
    }

    /// Ends the server and the deliveries under way, and writes the state.
    package func stop() async {
        let server = server.withLock { $0.take() }
        callbackSender.stop()
        await server?.stop(drainingFor: .seconds(1))
        store?.end()
    }

    /// All routes: WeChat's, the `/mock` interface, and the phone's pages.
    package var routes: [Route] {
        wireRoutes + (controlRoutes + phoneRoutes).map { $0.refusingOtherSites() }
    }
}

extension Route {
    /// Refuses what a page of another site sends: whoever tests on this machine reads the web there too.
    fileprivate func refusingOtherSites() -> Route {
        around { request, next in
            let site = request.fields["sec-fetch-site"] ?? "none"
            let isReading = request.method == .get || request.method == .head
            guard isReading || ["none", "same-origin"].contains(site) else {
                return .empty(.forbidden)
            }
            return try await next(request)
        }
    }
}
