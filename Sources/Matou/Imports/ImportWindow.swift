/// What of an import is under way at once: codes that wait for their call, calls, and answers that
/// wait to be written down.
///
/// Each of the three goes on while the others do, so WeChat has as many calls in flight as it may
/// have, however long one of them or the store takes.
struct ImportWindow: Sendable {
    /// Calls to WeChat at once.
    static let callsMax = 16
    /// Codes that are stored in one transaction; more are when fewer than half of them are left.
    static let stockMax = 64
    /// Answers that wait for the store, before no further call begins.
    private static let answersMax = 64

    /// A code that is stored with its scene, and the line that names it.
    struct Call: Sendable {
        let line: Int
        let code: QRCode
    }

    /// What came of a call.
    struct Answer: Sendable {
        let line: Int
        let code: QRCode.ID
        let result: Result

        enum Result: Sendable {
            case made(QRCode.Made)
            case failed(WeChatFault)
            case obstacle(Obstacle)
        }
    }

    /// What ends an attempt: nothing more would be made now.
    enum Obstacle: Sendable {
        case wait(Duration, WeChatFault)
        case stop(WeChatFault)
    }

    /// Where the next lines are taken from.
    enum Place: Sendable {
        /// Lines after this one whose codes an earlier attempt left without an answer.
        case unanswered(after: Int)
        /// Lines after this one that have no code yet.
        case ready(after: Int)
    }

    struct Stock: Sendable {
        let calls: [Call]
        /// nil when no line is left.
        let next: Place?
    }

    enum Step: Sendable {
        case stock(Place)
        case call(Call)
        case store([Answer])
    }

    /// How a step ended. One of a store says whether the import is under way still.
    enum Event: Sendable {
        case stocked(Stock?)
        case answered(Answer)
        case stored(isUnderWay: Bool)
    }

    private var place: Place? = .unanswered(after: 0)
    private var waiting: ArraySlice<Call> = []
    private var calls = 0
    private var answers: [Answer] = []
    private var isStocking = false
    private var isStoring = false
    /// Whether no further call begins.
    private var isClosed = false
    /// Why not, unless all are made or somebody has cancelled the import.
    private(set) var obstacle: Obstacle?

    /// What to begin now, beside all that runs; nil when there is nothing until an event.
    mutating func next() -> Step? {
        if !isStoring, !answers.isEmpty {
            isStoring = true
            defer { answers = [] }
            return .store(answers)
        }
        if isClosed { return nil }
        if !isStocking, let place, waiting.count < Self.stockMax / 2 {
            isStocking = true
            return .stock(place)
        }
        guard calls < Self.callsMax, answers.count < Self.answersMax,
            let call = waiting.popFirst()
        else { return nil }
        calls += 1
        return .call(call)
    }

    /// Begins no further call; what WeChat has answered is still written down.
    mutating func close() { isClosed = true }

    mutating func note(_ event: Event) {
        switch event {
        case .stocked(let stock):
            isStocking = false
            place = stock?.next
            waiting += stock?.calls ?? []
            if stock == nil { isClosed = true }
        case .answered(let answer):
            calls -= 1
            guard case .obstacle(let found) = answer.result else { return answers.append(answer) }
            obstacle = obstacle ?? found
            isClosed = true
        case .stored(let isUnderWay):
            isStoring = false
            if !isUnderWay { isClosed = true }
        }
    }
}
