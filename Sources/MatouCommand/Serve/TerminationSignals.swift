import Dispatch
import Glibc

/// SIGTERM and SIGINT: the first asks for a graceful stop, a further one ends the process at once.
///
/// They are heard as long as this value lives.
final class TerminationSignals {
    private let sources: [any DispatchSourceSignal]
    private let arrivals: AsyncStream<Void>

    init() {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let queue = DispatchQueue(label: "matou.signals")
        self.arrivals = arrivals
        sources = [SIGTERM, SIGINT].map { number in
            // The default would end the process before the source is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in arrival.yield() }
            source.resume()
            return source
        }
    }

    /// Returns at the first signal.
    func wait() async {
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
    }

    /// Ends the process at the next signal, whatever it is waiting for.
    func exitAtNext() {
        let arrivals = arrivals
        Task {
            for await _ in arrivals { _exit(130) }
        }
    }
}
