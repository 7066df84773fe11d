import CCurl

/// The transfers under way in libcurl, and the exchanges that wait for their turn. They live on
/// the thread of a `TransferLoop`.
struct Transfers {
    private let multi: UnsafeMutableRawPointer
    private let underWayMax: Int
    private let connectTimeout: Duration
    private var underWay: [UnsafeMutableRawPointer: Transfer] = [:]
    private var waiting: [Exchange] = []
    /// The first deadline of those that wait, or an earlier time.
    private var firstDeadline: ContinuousClock.Instant?

    init(in multi: UnsafeMutableRawPointer, underWayMax: Int, connectTimeout: Duration) {
        self.multi = multi
        self.underWayMax = underWayMax
        self.connectTimeout = connectTimeout
    }

    var isEmpty: Bool { underWay.isEmpty && waiting.isEmpty }

    /// How long nothing needs to be done unless something happens.
    var pauseMilliseconds: Int32 {
        let longest: Int32 = 1000
        guard let firstDeadline else { return longest }
        if underWay.count < underWayMax { return 0 }
        return (firstDeadline - .now).milliseconds(atMost: longest)
    }

    mutating func start(_ exchange: Exchange) {
        waiting.append(exchange)
        firstDeadline = min(firstDeadline ?? exchange.deadline, exchange.deadline)
    }

    mutating func cancel(_ id: Exchange.ID) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index).end(.cancelled, .notSent)
        } else if let transfer = underWay.values.first(where: { $0.exchange.id == id }) {
            end(transfer, .failure(transfer.failure(.cancelled)))
        }
    }

    /// Lets everything go as far as it can without blocking.
    mutating func advance() {
        dropOverdue()
        admit()
        var count: Int32 = 0
        curl_multi_perform(multi, &count)
        while let message = curl_multi_info_read(multi, &count)?.pointee {
            guard message.msg == CURLMSG_DONE, let transfer = underWay[message.easy_handle] else {
                continue
            }
            end(transfer, transfer.outcome(message.data.result))
        }
    }

    private mutating func dropOverdue() {
        let now = ContinuousClock.now
        guard let firstDeadline, firstDeadline <= now else { return }
        for exchange in waiting where exchange.deadline <= now {
            exchange.end(.timedOut, .notSent)
        }
        waiting.removeAll { $0.deadline <= now }
        self.firstDeadline = waiting.lazy.map(\.deadline).min()
    }

    private mutating func admit() {
        let next = waiting.prefix(underWayMax - underWay.count)
        waiting.removeFirst(next.count)
        if waiting.isEmpty { firstDeadline = nil }
        for exchange in next {
            guard let transfer = Transfer(exchange, connectTimeout: connectTimeout),
                curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
            else {
                exchange.end(.unreachable, .notSent)
                continue
            }
            underWay[transfer.easy] = transfer
        }
    }

    private mutating func end(_ transfer: Transfer, _ outcome: Exchange.Outcome) {
        curl_multi_remove_handle(multi, transfer.easy)
        underWay[transfer.easy] = nil
        transfer.exchange.continuation.resume(returning: outcome)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, from 0.
    func milliseconds(atMost most: Int32 = .max) -> Int32 {
        Int32(min(max((self / .milliseconds(1)).rounded(.up), 0), Double(most)))
    }
}
