/// The gateway's time: the machine's, moved by an offset, or standing still.
///
/// Tokens, quotas, windows, codes and media all obey it.
struct Clock: Sendable, Codable {
    private var offset: Duration = .zero
    private var stoppedAt: Moment?

    var isStopped: Bool { stoppedAt != nil }

    func now(machine: Moment) -> Moment {
        min(stoppedAt ?? machine + offset, .latest)
    }

    /// Makes it the given moment now; the clock runs on from there unless it stands.
    mutating func set(to moment: Moment, machine: Moment) {
        offset = moment - machine
        if isStopped { stoppedAt = moment }
    }

    mutating func stop(machine: Moment) {
        stoppedAt = now(machine: machine)
    }

    mutating func run(machine: Moment) {
        guard let stoppedAt else { return }
        self.stoppedAt = nil
        set(to: stoppedAt, machine: machine)
    }
}
