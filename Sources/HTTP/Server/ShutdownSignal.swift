import Dispatch
import Glibc

/// The signals by which a service manager or a person ends a server.
public enum ShutdownSignal {
    /// Suspends until SIGTERM or SIGINT comes. Another one after that ends the process at once.
    public static func wait() async {
        let (signals, sender) = AsyncStream.makeStream(of: Int32.self)
        let sources = [SIGTERM, SIGINT].map { number in
            // The default action would end the process before anybody hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { @Sendable in sender.yield(number) }
            source.resume()
            return source
        }
        for await _ in signals { break }
        for source in sources { source.cancel() }
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}
