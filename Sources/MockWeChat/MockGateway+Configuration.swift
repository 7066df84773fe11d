import Foundation

extension MockGateway {
    package struct Configuration: Sendable {
        /// Set up at the start; accounts that the state file has are changed to these settings.
        package var accounts: [OfficialAccount]
        /// Decides every id, token and nonce. A state file keeps the seed with which it began.
        package var seed: UInt64
        /// Where everything is kept over a restart; absent keeps it in memory.
        package var stateFile: String?
        /// The folder with the phone's templates, styles and words.
        package var resources: String
        /// WeChat gives a server five seconds.
        package var callbackTimeout = Duration.seconds(5)
        /// Deliveries after the first, when no answer came or a 5xx.
        package var callbackRetries = 2
        package var callbackRetryDelay = Duration.seconds(1)
        /// Callbacks under way at the same time, each on a connection of its own.
        package var callbackConnectionsMax = 64
        /// The machine's clock.
        package var now: @Sendable () -> Moment

        package init(
            accounts: [OfficialAccount] = [], seed: UInt64 = 1, stateFile: String? = nil,
            resources: String
        ) {
            self.accounts = accounts
            self.seed = seed
            self.stateFile = stateFile
            self.resources = resources
            now = { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        }
    }
}
