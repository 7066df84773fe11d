import Dispatch
import Foundation
import HTTP
import HTTPClient
import Synchronization

/// A request on its way to an account's server.
struct CallbackRequest: Sendable {
    let method: Method
    let address: CallbackAddress
    /// Path and query.
    let target: String
    let body: [UInt8]
    let timeout: Duration

    /// The request in HTTP/1.1.
    var bytes: [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(address.authority)\r\n"
        head += "User-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
        if method == .post {
            head += "Content-Type: text/xml\r\nContent-Length: \(body.count)\r\n"
        }
        return Array("\(head)\r\n".utf8) + body
    }
}

/// Carries requests to the accounts' servers over kept connections.
///
/// It works with blocking sockets on threads of its own, so that a slow server holds up neither the
/// event loops nor Swift's task threads. Threads are made as they are needed, up to a bound; what
/// comes beyond them waits in line.
final class CallbackSender: Sendable {
    private struct PendingRequest: Sendable {
        let request: CallbackRequest
        let deadline: ContinuousClock.Instant
        let finish: CheckedContinuation<Result<CallbackAnswer, CallbackFailure>, Never>
    }

    private struct State {
        /// Newest last; `ready` is the front of the line, reversed.
        var arrived: [PendingRequest] = []
        var ready: [PendingRequest] = []
        var threads = 0
        /// Threads that sleep, and whom nobody has woken yet.
        var idle = 0
        var isStopped = false
        /// Sockets in use, to be shut when the sender stops.
        var descriptors: Set<Int32> = []

        mutating func next() -> PendingRequest? {
            if ready.isEmpty { (ready, arrived) = (arrived.reversed(), []) }
            return ready.popLast()
        }
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)
    private let threadsMax: Int
    let secure = CurlFetcher()

    static let waitingMax = 200_000

    init(threadsMax: Int) {
        self.threadsMax = threadsMax
    }

    /// Posts a request and returns the answer, whatever its status.
    func send(_ request: CallbackRequest) async throws(CallbackFailure) -> CallbackAnswer {
        guard !request.address.isSecure else { return try await sendSecurely(request) }
        let deadline = ContinuousClock.now + request.timeout
        let result = await withCheckedContinuation { finish in
            take(PendingRequest(request: request, deadline: deadline, finish: finish))
        }
        return try result.get()
    }

    /// Fails everything that is under way or waiting, and ends the threads.
    func stop() {
        let (waiting, idle) = state.withLock { state in
            state.isStopped = true
            for descriptor in state.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            defer { (state.arrived, state.ready, state.idle) = ([], [], 0) }
            return (state.arrived + state.ready, state.idle)
        }
        for pending in waiting { pending.finish.resume(returning: .failure(.stopped)) }
        for _ in 0..<idle { arrivals.signal() }
    }

    /// What a request that has just come needs.
    private enum Need {
        case nothing, wakingUp, thread
        case refusal(CallbackFailure)
    }

    private func take(_ pending: PendingRequest) {
        let need = state.withLock { state -> Need in
            guard !state.isStopped else { return .refusal(.stopped) }
            guard state.arrived.count < Self.waitingMax else { return .refusal(.overloaded) }
            state.arrived.append(pending)
            if state.idle > 0 {
                state.idle -= 1
                return .wakingUp
            }
            guard state.threads < threadsMax else { return .nothing }
            state.threads += 1
            return .thread
        }
        switch need {
        case .nothing: break
        case .wakingUp: arrivals.signal()
        case .thread: startThread()
        case .refusal(let failure): pending.finish.resume(returning: .failure(failure))
        }
    }

    private func startThread() {
        let thread = Thread { [self] in work() }
        thread.stackSize = 512 << 10
        thread.name = "mock-callbacks"
        thread.start()
    }

    /// Takes request after request, and sleeps only when the line is empty.
    private func work() {
        var kept: [String: CallbackConnection] = [:]
        while true {
            let (pending, isStopped) = state.withLock { state in
                let pending = state.next()
                if pending == nil, !state.isStopped { state.idle += 1 }
                return (pending, state.isStopped)
            }
            if let pending {
                pending.finish.resume(returning: deliver(pending, &kept))
            } else if isStopped {
                break
            } else {
                arrivals.wait()
            }
        }
        for connection in kept.values { release(connection) }
    }

    /// One exchange. A kept connection that the server has closed meanwhile is replaced once.
    private func deliver(_ pending: PendingRequest, _ kept: inout [String: CallbackConnection])
        -> Result<CallbackAnswer, CallbackFailure>
    {
        let address = pending.request.address
        let request = pending.request.bytes
        let name = address.authority
        do throws(CallbackFailure) {
            if let connection = kept.removeValue(forKey: name) {
                do throws(CallbackFailure) {
                    let answer = try connection.exchange(request, deadline: pending.deadline)
                    keep(connection, name, answer, &kept)
                    return .success(answer)
                } catch {
                    release(connection)
                    guard error == .connectionLost, connection.isUsed else { throw error }
                }
            }
            let connection = try CallbackConnection(
                host: address.host, port: address.port, deadline: pending.deadline)
            guard hold(connection) else { throw .stopped }
            do throws(CallbackFailure) {
                let answer = try connection.exchange(request, deadline: pending.deadline)
                keep(connection, name, answer, &kept)
                return .success(answer)
            } catch {
                release(connection)
                throw error
            }
        } catch {
            return .failure(error)
        }
    }

    private func keep(
        _ connection: CallbackConnection, _ name: String, _ answer: CallbackAnswer,
        _ kept: inout [String: CallbackConnection]
    ) {
        guard answer.isReusable else { return release(connection) }
        if kept.count >= 4 {
            for other in kept.values { release(other) }
            kept = [:]
        }
        kept[name] = connection
    }

    private func hold(_ connection: CallbackConnection) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            state.descriptors.insert(connection.descriptor)
            return true
        }
    }

    private func release(_ connection: CallbackConnection) {
        _ = state.withLock { $0.descriptors.remove(connection.descriptor) }
    }
}
