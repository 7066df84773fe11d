import HTTP
import Matou

/// What operators and their monitoring ask: `/healthz`, `/readyz` and `/metrics`.
struct OperationsRoutes: Sendable {
    let installation: Installation
    let metrics: @Sendable () async -> String

    var routes: [Route] {
        [
            .inline(.get, "/healthz") { _ in .text("ok\n") },
            .async(.get, "/readyz") { _ in
                await installation.isReady()
                    ? .text("ready\n")
                    : .text("the store does not answer\n", status: .serviceUnavailable)
            },
            .async(.get, "/metrics") { _ in
                .bytes(
                    Array(await metrics().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }
}
