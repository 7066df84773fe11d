import HTTP
import Logging

/// One line for each answer, without what may be secret: query strings carry tokens and signatures.
struct AccessLog: Sendable {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    @Sendable func entry(_ entry: AccessLogEntry) {
        logger.debug(
            "answered",
            metadata: [
                "request": "\(entry.request.id)", "from": "\(entry.request.clientAddress)",
                "method": "\(entry.request.method.name)", "path": "\(entry.request.path)",
                "status": "\(entry.status.code)", "bytes": "\(entry.bytesSent)",
                "duration": "\(entry.duration)",
            ])
    }
}
