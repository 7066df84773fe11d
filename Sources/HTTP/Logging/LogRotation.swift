import Dispatch
import Glibc

/// SIGHUP, by which a log rotation says that it has moved a log away.
public enum LogRotation {
    /// Opens the file again at each signal, until the task is cancelled.
    ///
    /// - Parameter onFailure: Called with what kept the file from being opened; the one that was
    ///   moved is written on then.
    public static func follow(
        _ file: AccessLogFile, onFailure: @Sendable (FileError) -> Void
    ) async {
        let (signals, sender) = AsyncStream.makeStream(of: Void.self)
        // The default action would end the process.
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { @Sendable in sender.yield() }
        source.resume()
        for await _ in signals {
            do throws(FileError) { try file.reopen() } catch { onFailure(error) }
        }
        source.cancel()
    }
}
