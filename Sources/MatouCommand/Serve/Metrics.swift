import HTTP
import Jobs
import MatouWeb
import SQLite

/// The text of `/metrics`.
enum Metrics {
    static func text(
        server: HTTP.Statistics, accessLog: AccessLogFile?, database: SQLiteDatabase.Statistics,
        jobs: [Job.State: Int]
    ) -> String {
        var text = PrometheusText()
        text.counter(
            "matou_http_connections_total", "Connections accepted.", server.connectionsAccepted)
        text.gauge("matou_http_connections_open", "Connections open now.", server.connectionsOpen)
        text.counter(
            "matou_http_responses_total", "Answers by the class of their status.",
            server.responsesByClass.enumerated().map {
                ("class=\"\($0.offset + 1)xx\"", $0.element)
            })
        text.counter(
            "matou_http_refusals_total", "Requests that no handler saw, by status.",
            server.refusals.sorted { $0.key < $1.key }.map { ("status=\"\($0.key)\"", $0.value) })
        text.counter("matou_http_received_bytes_total", "Bytes received.", server.bytesReceived)
        text.counter("matou_http_sent_bytes_total", "Bytes sent.", server.bytesSent)
        text.counter(
            "matou_http_connections_refused_total", "Connections beyond an address's limit.",
            server.connectionsRefused)
        text.counter(
            "matou_http_accept_pauses_total", "Pauses of accepting for want of descriptors.",
            server.acceptPauses)
        text.counter(
            "matou_http_requests_broken_off_total", "Requests whose client went away.",
            server.requestsBrokenOff)
        text.gauge(
            "matou_http_longest_turn_microseconds", "The longest turn of an event loop.",
            server.longestTurnMicroseconds)
        text.gauge("matou_http_handlers_pending", "Handlers at work now.", server.handlersPending)
        text.gauge(
            "matou_http_uploads_pending", "Handlers at work now that read an upload.",
            server.uploadsPending)
        text.gauge(
            "matou_http_bodies_bytes", "Bytes of bodies that are held now.", server.bodyBytesHeld)
        text.gauge(
            "matou_access_log_waiting_bytes", "Bytes of the access log that wait to be written.",
            accessLog?.bytesWaiting ?? 0)
        text.counter(
            "matou_access_log_dropped_bytes_total", "Bytes of the access log that are lost.",
            accessLog?.bytesDropped ?? 0)
        text.histogram(
            "matou_http_request_duration_seconds", "From the end of the head to the answer.",
            bounds: Statistics.Histogram.boundsMicroseconds.map { Double($0) / 1_000_000 },
            counts: server.latency.counts,
            sum: Double(server.latency.sumMicroseconds) / 1_000_000)
        text.counter("matou_store_commits_total", "Commits of the writer.", database.commits)
        text.counter("matou_store_writes_total", "Writes that were committed.", database.writes)
        text.counter(
            "matou_store_commits_failed_total", "Commits that were lost.", database.failedCommits)
        text.gauge("matou_store_writes_waiting", "Writes that wait.", database.waiting)
        text.gauge(
            "matou_jobs", "Jobs by what became of them; those that are done are gone.",
            Job.State.allCases.map { ("state=\"\($0.rawValue)\"", jobs[$0] ?? 0) })
        return text.text
    }

    private typealias Statistics = HTTP.Statistics
}
