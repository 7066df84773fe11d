import Synchronization

/// Lets of two deliveries that come near in time the second go first.
final class OrderSwap: Sendable {
    private struct Held {
        let number: Int
        let resume: CheckedContinuation<Void, Never>
    }

    private struct State {
        var held: Held?
        var count = 0
    }

    private let state = Mutex(State())

    /// How long the first waits for a second.
    private static let patience = Duration.milliseconds(500)

    func pass(_ deliver: @Sendable () async -> Delivery) async -> Delivery {
        if let overtaken = state.withLock({ $0.held.take() }) {
            let delivery = await deliver()
            overtaken.resume.resume()
            return delivery
        }
        await withCheckedContinuation { continuation in
            let number = state.withLock { state in
                state.count += 1
                state.held = Held(number: state.count, resume: continuation)
                return state.count
            }
            Task {
                try? await Task.sleep(for: Self.patience)
                release(number)
            }
        }
        return await deliver()
    }

    private func release(_ number: Int) {
        let held = state.withLock { state in
            state.held?.number == number ? state.held.take() : nil
        }
        held?.resume.resume()
    }
}
