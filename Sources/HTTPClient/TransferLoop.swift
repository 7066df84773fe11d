import CCurl
import Foundation
import Glibc
import Synchronization

/// The thread on which libcurl works, and the mailbox through which others reach it.
final class TransferLoop: Sendable {
    private enum Command: Sendable {
        case start(Exchange)
        case cancel(Exchange.ID)
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isStopping = false
        var hasEnded = false
    }

    private static let initialised: Void = { _ = curl_global_init(Int(CURL_GLOBAL_ALL)) }()

    private let mailbox = Mutex(Mailbox())
    // Safe: the loop's thread alone works with it, but for `curl_multi_wakeup`, which libcurl lets
    // any thread call; that happens within the mailbox's lock and never after the clean-up, which
    // is within the lock too.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    init(transfersMax: Int, connectTimeout: Duration) {
        Self.initialised
        guard let multi = curl_multi_init() else { preconditionFailure("no memory for libcurl") }
        // Else libcurl closes connections when the number of transfers under way falls.
        curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, transfersMax)
        self.multi = multi
        let thread = Thread { [self] in
            run(transfersMax: transfersMax, connectTimeout: connectTimeout)
        }
        thread.name = "curl"
        thread.start()
    }

    func start(_ exchange: Exchange) {
        post(.start(exchange))
    }

    /// Does nothing when the exchange has ended or was never started.
    func cancel(_ id: Exchange.ID) {
        post(.cancel(id))
    }

    /// The thread ends after the last exchange under way.
    func stop() {
        mailbox.withLock {
            $0.isStopping = true
            curl_multi_wakeup(multi)
        }
    }

    private func post(_ command: Command) {
        mailbox.withLock {
            guard !$0.hasEnded else {
                if case .start(let exchange) = command { exchange.end(.cancelled, .notSent) }
                return
            }
            $0.commands.append(command)
            if $0.commands.count == 1 { curl_multi_wakeup(multi) }
        }
    }

    private func run(transfersMax: Int, connectTimeout: Duration) {
        blockBrokenPipeSignals()
        var transfers = Transfers(
            in: multi, underWayMax: transfersMax, connectTimeout: connectTimeout)
        while let commands = nextCommands(isIdle: transfers.isEmpty) {
            for command in commands {
                switch command {
                case .start(let exchange): transfers.start(exchange)
                case .cancel(let id): transfers.cancel(id)
                }
            }
            transfers.advance()
            curl_multi_poll(multi, nil, 0, transfers.pauseMilliseconds, nil)
        }
    }

    /// Nil at the end, when libcurl's handle is gone.
    private func nextCommands(isIdle: Bool) -> [Command]? {
        mailbox.withLock { mailbox in
            if mailbox.isStopping, isIdle, mailbox.commands.isEmpty {
                mailbox.hasEnded = true
                curl_multi_cleanup(multi)
                return nil
            }
            defer { mailbox.commands = [] }
            return mailbox.commands
        }
    }

    /// `CURLOPT_NOSIGNAL` leaves it to the program what a write to a broken connection raises.
    private func blockBrokenPipeSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
