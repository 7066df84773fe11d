import CEpoll
import Glibc
import Synchronization

/// What the loops of one server share.
final class ServerState: Sendable {
    let configuration: Server.Configuration
    let router: Router
    let parser: HeadParser
    let connectionsMax: Int
    /// One for each loop, which publishes there what it has counted.
    let statistics: [StatisticsShare]
    let mailboxes: [Mailbox]
    /// One for each loop that has one. A loop closes its own when it has been told to drain.
    let listeners: [ListeningSocket]
    let openConnections = Atomic(0)
    let pendingHandlers = Atomic(0)
    let bodies: BodyBudget
    let pendingUploads = Atomic(0)
    private let connectionsByNetwork = Lock<[PeerAddress: Int]>([:])

    init(
        _ configuration: Server.Configuration, _ router: Router, _ mailboxes: [Mailbox],
        _ listeners: [ListeningSocket]
    ) {
        self.listeners = listeners
        self.configuration = configuration
        self.router = router
        self.mailboxes = mailboxes
        bodies = BodyBudget(bytesMax: configuration.limits.bufferedBodiesBytesMax)
        parser = HeadParser(configuration.limits)
        connectionsMax = configuration.limits.connectionsMax ?? Self.descriptorsMax * 9 / 10
        statistics = mailboxes.map { _ in StatisticsShare() }
    }

    /// Takes a place for a handler off the loops; false when there is none left.
    func beginHandling(isUpload: Bool) -> Bool {
        let limits = configuration.limits
        let handlers = pendingHandlers.add(1, ordering: .relaxed).newValue
        let uploads = isUpload ? pendingUploads.add(1, ordering: .relaxed).newValue : 0
        guard handlers <= limits.pendingHandlersMax, uploads <= limits.pendingUploadsMax else {
            endHandling(isUpload: isUpload)
            return false
        }
        return true
    }

    func endHandling(isUpload: Bool) {
        pendingHandlers.subtract(1, ordering: .relaxed)
        if isUpload { pendingUploads.subtract(1, ordering: .relaxed) }
    }

    /// What a request is answered whose handler has failed.
    func answer(_ error: any Error, to request: Request) -> Response {
        if let fault = error as? any RequestFault {
            refined(.refusal(fault.status), request).refusing(fault)
        } else {
            configuration.onError(error, request)
        }
    }

    /// Takes a place for a connection of that address; false when it has too many.
    func enter(_ address: PeerAddress) -> Bool {
        connectionsByNetwork.withLock { counts in
            let count = counts[address.network, default: 0]
            guard count < configuration.limits.connectionsPerAddressMax else { return false }
            counts[address.network] = count + 1
            return true
        }
    }

    func leave(_ address: PeerAddress) {
        connectionsByNetwork.withLock { counts in
            let count = counts[address.network, default: 0]
            counts[address.network] = count > 1 ? count - 1 : nil
        }
    }

    /// The configured proxies if the address is one of them.
    func trustedProxies(behind address: PeerAddress) -> TrustedProxies {
        let proxies = configuration.trustedProxies
        guard proxies.contains(where: { $0.contains(address) }) else { return .none }
        return TrustedProxies(blocks: proxies, fields: configuration.forwardingFields)
    }

    /// Whether connections of that address are counted: many clients come through one proxy.
    func isCounted(_ address: PeerAddress) -> Bool {
        !configuration.uncountedAddresses.contains { $0.contains(address) }
            && !configuration.trustedProxies.contains { $0.contains(address) }
    }

    /// Raises the number of descriptors that the process may have to what the system allows it.
    private static var descriptorsMax: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1024
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: min(limit.rlim_max, 1 << 20))
    }
}

/// A loop's counts, copied there now and then for whoever asks.
final class StatisticsShare: Sendable {
    private let published = Lock(Statistics())

    func publish(_ statistics: Statistics) {
        published.withLock { $0 = statistics }
    }

    var latest: Statistics {
        published.withLock { $0 }
    }
}
