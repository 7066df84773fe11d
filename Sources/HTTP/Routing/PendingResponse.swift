import Synchronization

/// The answer that a handler of `Route.deferred` owes. Whoever has it completes it, from any thread.
///
/// One that is forgotten answers 500: a client never waits for nobody.
public final class PendingResponse: Sendable {
    /// Nobody is left who could answer.
    struct Forgotten: Error {}

    private let isPending = Atomic(true)
    private let answer: @Sendable (Result<Response, any Error>) -> Void

    init(_ answer: @escaping @Sendable (Result<Response, any Error>) -> Void) {
        self.answer = answer
    }

    deinit {
        complete(.failure(Forgotten()))
    }

    /// Answers, unless it has been done before. An error becomes what the same error becomes when an
    /// `async` handler throws it.
    public func complete(_ result: Result<Response, any Error>) {
        guard isPending.exchange(false, ordering: .relaxed) else { return }
        answer(result)
    }
}
