package import HTTP
package import Logging

extension Logger {
    /// A line for the operator about a request that ended in an error of ours. What a client broke
    /// off itself is none: anybody could fill the log with it.
    package func failed(_ what: Message, _ error: any Error, _ request: Request) {
        let isOurs = !(error is ConnectionLost || error is CancellationError)
        log(
            level: isOurs ? .error : .debug, what,
            metadata: [
                "request": "\(request.id)", "path": "\(request.loggedPath)", "error": "\(error)",
            ])
    }
}
