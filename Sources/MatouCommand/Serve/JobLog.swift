import Jobs
import Logging

extension Logger {
    /// Says what went wrong with a job, without its payload.
    func log(_ event: JobEvent) {
        switch event {
        case .retrying(let job, let reason):
            notice("a job is tried again", metadata: metadata(of: job, reason))
        case .failed(let job, let reason):
            error("a job has failed", metadata: metadata(of: job, reason))
        case .storeFailed(let fault):
            error("the store refused the queue", metadata: ["error": "\(fault)"])
        }
    }

    private func metadata(of job: Job, _ reason: String) -> Logger.Metadata {
        [
            "kind": "\(job.kind)", "job": "\(job.id)", "attempt": "\(job.attempts)",
            "reason": "\(reason)",
        ]
    }
}
