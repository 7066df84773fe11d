import HTTP
import Matou

/// What operators and their monitoring ask: `/healthz`, `/readyz` and `/metrics`.
struct OperationsRoutes: Sendable {
    let installation: Installation
    let settings: SiteSettings
    let isStarted: @Sendable () -> Bool
    let metrics: @Sendable () async -> String

    var routes: [Route] {
        [
            .inline(.get, "/healthz") { _ in .text("ok\n") },
            .async(.get, "/readyz") { _ in
                guard isStarted() else {
                    return .text("the demo is being filled\n", status: .serviceUnavailable)
                }
                return await installation.isReady()
                    ? .text("ready\n")
                    : .text("the store does not answer\n", status: .serviceUnavailable)
            },
            .async(.get, "/metrics") { request in
                guard mayReadMetrics(request) else { return .text("", status: .notFound) }
                return .bytes(
                    Array(await metrics().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    /// Strangers are told nothing, not even that there is something.
    private func mayReadMetrics(_ request: Request) -> Bool {
        guard let token = settings.metricsToken else { return request.isFromThisMachine }
        let given = request.fields["Authorization"] ?? ""
        return constantTimeEqual(Array(given.utf8), Array("Bearer \(token)".utf8))
    }
}
