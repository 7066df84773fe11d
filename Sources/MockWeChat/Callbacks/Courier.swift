import Dispatch
import Foundation
import HTTP
import HTTPClient
import Synchronization

/// A request on its way to an account's server.
struct Letter: Sendable {
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
final class Courier: Sendable {
    private struct Errand: Sendable {
        let letter: Letter
        let deadline: ContinuousClock.Instant
        let finish: CheckedContinuation<Result<CourierAnswer, CourierFailure>, Never>
    }

    private struct State {
        /// Newest last; `ready` is the front of the line, reversed.
        var arrived: [Errand] = []
        var ready: [Errand] = []
        var threads = 0
        /// Threads that sleep, and whom nobody has woken yet.
        var idle = 0
        var isStopped = false
        /// Sockets in use, to be shut when the courier stops.
        var descriptors: Set<Int32> = []

        mutating func next() -> Errand? {
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

    /// Posts a letter and returns the answer, whatever its status.
    func carry(_ letter: Letter) async throws(CourierFailure) -> CourierAnswer {
        guard !letter.address.isSecure else { return try await carrySecurely(letter) }
        let deadline = ContinuousClock.now + letter.timeout
        let result = await withCheckedContinuation { finish in
            take(Errand(letter: letter, deadline: deadline, finish: finish))
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
        for errand in waiting { errand.finish.resume(returning: .failure(.stopped)) }
        for _ in 0..<idle { arrivals.signal() }
    }

    /// What an errand that has just come needs.
    private enum Need {
        case nothing, wakingUp, thread
        case refusal(CourierFailure)
    }

    private func take(_ errand: Errand) {
        let need = state.withLock { state -> Need in
            guard !state.isStopped else { return .refusal(.stopped) }
            guard state.arrived.count < Self.waitingMax else { return .refusal(.overloaded) }
            state.arrived.append(errand)
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
        case .refusal(let failure): errand.finish.resume(returning: .failure(failure))
        }
    }

    private func startThread() {
        let thread = Thread { [self] in work() }
        thread.stackSize = 512 << 10
        thread.name = "mock-courier"
        thread.start()
    }

    /// Takes errand after errand, and sleeps only when the line is empty.
    private func work() {
        var kept: [String: CourierConnection] = [:]
        while true {
            let (errand, isStopped) = state.withLock { state in
                let errand = state.next()
                if errand == nil, !state.isStopped { state.idle += 1 }
                return (errand, state.isStopped)
            }
            if let errand {
                errand.finish.resume(returning: deliver(errand, &kept))
            } else if isStopped {
                break
            } else {
                arrivals.wait()
            }
        }
        for connection in kept.values { release(connection) }
    }

    /// One exchange. A kept connection that the server has closed meanwhile is replaced once.
    private func deliver(_ errand: Errand, _ kept: inout [String: CourierConnection])
        -> Result<CourierAnswer, CourierFailure>
    {
        let address = errand.letter.address
        let request = errand.letter.bytes
        let name = address.authority
        do throws(CourierFailure) {
            if let connection = kept.removeValue(forKey: name) {
                do throws(CourierFailure) {
                    let answer = try connection.exchange(request, deadline: errand.deadline)
                    keep(connection, name, answer, &kept)
                    return .success(answer)
                } catch {
                    release(connection)
                    guard error == .connectionLost, connection.isUsed else { throw error }
                }
            }
            let connection = try CourierConnection(
                host: address.host, port: address.port, deadline: errand.deadline)
            guard hold(connection) else { throw .stopped }
            do throws(CourierFailure) {
                let answer = try connection.exchange(request, deadline: errand.deadline)
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
        _ connection: CourierConnection, _ name: String, _ answer: CourierAnswer,
        _ kept: inout [String: CourierConnection]
    ) {
        guard answer.isReusable else { return release(connection) }
        if kept.count >= 4 {
            for other in kept.values { release(other) }
            kept = [:]
        }
        kept[name] = connection
    }

    private func hold(_ connection: CourierConnection) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            state.descriptors.insert(connection.descriptor)
            return true
        }
    }

    private func release(_ connection: CourierConnection) {
        _ = state.withLock { $0.descriptors.remove(connection.descriptor) }
    }
}
