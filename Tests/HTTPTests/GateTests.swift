import TestSupport
import Testing

/// What holds the handlers of these tests must itself not hang.
@Suite(.timeLimit(.minutes(1))) struct GateTests {
    @Test func `a gate holds who comes until it is opened, and nobody after`() async {
        let gate = Gate()
        let held = Task { await gate.wait() }
        #expect(await eventually { gate.waiting == 1 })
        gate.open()
        await held.value
        await gate.wait()
        #expect(gate.waiting == 0)
    }

    @Test func `a gate lets go of a task that is cancelled, and of no other`() async {
        let gate = Gate()
        let cancelled = Task { await gate.wait() }
        let patient = Task { await gate.wait() }
        #expect(await eventually { gate.waiting == 2 })
        cancelled.cancel()
        await cancelled.value
        #expect(gate.waiting == 1)
        gate.open()
        await patient.value
    }

    @Test func `a task that was cancelled before it came is not held`() async {
        let gate = Gate()
        let late = Task {
            _ = await eventually { Task.isCancelled }
            await gate.wait()
        }
        late.cancel()
        await late.value
    }
}
