/// What is done with the jobs of one kind.
struct JobHandler: Sendable {
    var retry: RetryPolicy
    var perform: @Sendable (Job) async throws -> Outcome

    /// Makes one attempt.
    ///
    /// - Parameter now: milliseconds since 1970, UTC.
    func attempt(_ job: Job, now: @Sendable () -> Int64) async -> Attempt.End {
        // Begun more often than was allowed, because its worker died each time.
        if job.attempts > retry.attemptsMax {
            return .failed(reason: job.lastError ?? "it was begun too often")
        }
        do {
            return end(of: job, try await perform(job), now: now())
        } catch is CancellationError {
            return .putBack(until: now())
        } catch {
            let delay = retry.delay(after: job.attempts)
            return end(of: job, .retry(after: delay, reason: "\(error)"), now: now())
        }
    }

    private func end(of job: Job, _ outcome: Outcome, now: Int64) -> Attempt.End {
        switch outcome {
        case .done: .done
        case .failed(let reason): .failed(reason: reason)
        case .putOff(let delay): .putBack(until: now + delay.milliseconds)
        case .retry(_, let reason) where job.attempts >= retry.attemptsMax:
            .failed(reason: reason)
        case .retry(let delay, let reason):
            .retry(at: now + delay.milliseconds, reason: reason)
        }
    }
}
