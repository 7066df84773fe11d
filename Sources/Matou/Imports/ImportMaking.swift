import Foundation
import Jobs
import SQL
import WeChat

/// Makes the codes of an import, as a job.
///
/// Some lines at a time: their codes are stored with their scenes, in one transaction that names
/// them in the lines; then WeChat is asked for each; then the answers are stored. A process that
/// dies in between leaves lines that are `making`: the next one asks for those scenes again, so no
/// line ever has two codes. The three run beside each other (`ImportWindow`).
struct ImportMaking: Sendable {
    /// Tries of what only the store has to do with; the first pause is doubled each time.
    private static let triesMax = 5
    private static let pause: Duration = .milliseconds(50)

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let wechat: WeChatAccounts

    struct Work: JobPayload {
        static let kind = "import.make"
        let `import`: String
        let actor: String
    }

    /// Removes a file of names of which nothing was made.
    struct Expiry: JobPayload {
        static let kind = "import.expire"
        let `import`: String
    }

    func register(with queue: JobQueue) {
        queue.register(Expiry.self) { expiry, job in
            try await database.write {
                try $0.deleteUnusedImport(
                    Import.ID(expiry.import), in: Workspace.ID(job.workspace))
            }
            return .done
        }
        // It may wait for the next day's quota any number of times.
        queue.register(Work.self, retry: RetryPolicy(attemptsMax: .max)) { work, job in
            try await make(
                Import.ID(work.import),
                by: Principal(
                    workspace: Workspace.ID(job.workspace), actor: work.actor, role: .editor))
        }
    }

    private func make(_ id: Import.ID, by principal: Principal) async throws -> Outcome {
        let workspace = principal.workspace
        do {
            switch try await makeCodes(of: id, by: principal) {
            case nil:
                try await end(id, as: .done, nil, in: workspace)
                return .done
            case .stop(let fault):
                try await end(id, as: .stopped, fault, in: workspace)
                return .done
            case .wait(let duration, let fault):
                let isUnderWay = try await end(
                    id, as: .waiting, fault, for: duration, in: workspace)
                return isUnderWay ? .retry(after: duration, reason: fault.words) : .done
            }
        } catch let failure as GivenUp {
            try await end(id, as: .stopped, .givenUp, in: workspace)
            return .failed(reason: "\(failure.error)")
        }
    }

    /// Makes what can be made now.
    ///
    /// - Returns: what was in the way; nil when no line is left or somebody has cancelled the import.
    /// - Throws: `GivenUp`; `CancellationError`.
    private func makeCodes(
        of id: Import.ID, by principal: Principal
    ) async throws -> ImportWindow.Obstacle? {
        try await withThrowingTaskGroup(of: ImportWindow.Event.self) { tasks in
            var window = ImportWindow()
            repeat {
                if Job.isStopping { window.close() }
                while let step = window.next() {
                    tasks.addTask { try await take(step, of: id, by: principal) }
                }
                guard let event = try await tasks.next() else {
                    try Job.checkStopping()
                    return window.obstacle
                }
                window.note(event)
            } while true
        }
    }

    private func take(
        _ step: ImportWindow.Step, of id: Import.ID, by principal: Principal
    ) async throws -> ImportWindow.Event {
        switch step {
        case .stock(let place):
            .stocked(
                try await Self.persisting { try await stock(from: place, of: id, by: principal) })
        case .call(let call):
            .answered(
                .init(
                    line: call.line, code: call.code.id,
                    result: await ask(for: call.code, in: principal.workspace)))
        case .store(let answers):
            .stored(
                isUnderWay: try await Self.persisting {
                    try await store(answers, of: id, in: principal.workspace)
                })
        }
    }

    /// What the store refused each time.
    private struct GivenUp: Error { let error: any Error }

    /// Does what fails once more a moment later, a few times.
    ///
    /// - Throws: `GivenUp`; `CancellationError`.
    private static func persisting<T: Sendable>(
        _ body: () async throws -> T
    ) async throws -> T {
        var tries = 1
        while true {
            try Task.checkCancellation()
            do {
                return try await body()
            } catch let error where !(error is CancellationError) {
                guard tries < triesMax else { throw GivenUp(error: error) }
                try await Task.sleep(for: pause * (1 << tries))
                tries += 1
            }
        }
    }

    /// Takes the next lines, and stores codes of those that have none.
    ///
    /// - Returns: nil when the import is no longer under way.
    private func stock(
        from place: ImportWindow.Place, of id: Import.ID, by principal: Principal
    ) async throws -> ImportWindow.Stock? {
        let now = clock.now()
        let randomness = randomness
        let workspace = principal.workspace
        return try await database.write { connection in
            guard let found = try connection.importOfNames(id, in: workspace),
                found.state.isUnderWay
            else { return nil }
            if found.state == .waiting { try connection.setRunning(id, at: now, in: workspace) }
            let (state, number) = place.lines
            let taken = try connection.lines(
                of: id, state, after: number, limit: ImportWindow.stockMax, in: workspace)
            var lines = taken
            if case .ready = place {
                let maker = LineMaker(
                    found: found, principal: principal, now: now, randomness: randomness)
                let good = try connection.turnDownTaken(taken, of: found, in: workspace)
                // Made in one moment, they are listed by their ids: in the order of the file.
                let ids = good.map { _ in QRCode.ID.make(at: now, from: randomness) }
                    .sorted { $0.text < $1.text }
                lines = try zip(good, ids).map { try maker.make($0, as: $1, on: connection) }
            }
            let calls = try lines.compactMap { line -> ImportWindow.Call? in
                guard let code = try line.code.flatMap({ try connection.qrCode($0, in: workspace) })
                else {
                    // Deleted while it waited: there is nothing to ask for.
                    try connection.setLine(
                        line.number, of: id, .failed, code: line.code, in: workspace)
                    try connection.countLines(of: id, made: 0, failed: 1, in: workspace)
                    return nil
                }
                return ImportWindow.Call(line: line.number, code: code)
            }
            return ImportWindow.Stock(calls: calls, next: place.next(after: taken))
        }
    }

    /// - Returns: whether the import is under way: nobody has cancelled it.
    private func store(
        _ answers: [ImportWindow.Answer], of id: Import.ID, in workspace: Workspace.ID
    ) async throws -> Bool {
        try await database.write { connection in
            var (made, failed) = (0, 0)
            for answer in answers {
                switch answer.result {
                case .made(let ticket):
                    try connection.setMade(answer.code, ticket, in: workspace)
                    try connection.setLine(
                        answer.line, of: id, .made, code: answer.code, in: workspace)
                    made += 1
                case .failed(let fault):
                    try connection.setFailed(answer.code, fault, in: workspace)
                    try connection.setLine(
                        answer.line, of: id, .failed, code: answer.code, in: workspace)
                    failed += 1
                case .obstacle: break
                }
            }
            try connection.countLines(of: id, made: made, failed: failed, in: workspace)
            return try connection.importOfNames(id, in: workspace)?.state.isUnderWay ?? false
        }
    }

    /// Ends an attempt. Codes that WeChat was not asked for stay only while the import waits.
    ///
    /// - Returns: false when somebody has cancelled it meanwhile.
    @discardableResult
    private func end(
        _ id: Import.ID, as state: Import.State, _ fault: WeChatFault?,
        for duration: Duration? = nil, in workspace: Workspace.ID
    ) async throws -> Bool {
        let now = clock.now()
        return try await database.write { connection in
            guard let found = try connection.importOfNames(id, in: workspace) else { return false }
            if state != .waiting || !found.state.isUnderWay {
                try connection.forgetUnmadeLines(of: id, in: workspace)
            }
            guard found.state.isUnderWay else {
                if found.state == .cancelled {
                    try connection.deleteUnmadeLines(of: id, in: workspace)
                }
                return false
            }
            try connection.pause(
                id, as: state, fault, until: duration.map { now + $0 }, at: now, in: workspace)
            return true
        }
    }
}

extension ImportWindow.Place {
    fileprivate var lines: (state: ImportLine.State, after: Int) {
        switch self {
        case .unanswered(let number): (.making, number)
        case .ready(let number): (.ready, number)
        }
    }

    /// - Parameter lines: those that were taken from here.
    fileprivate func next(after lines: [ImportLine]) -> Self? {
        let last = lines.count < ImportWindow.stockMax ? nil : lines.last?.number
        switch self {
        case .unanswered: return last.map { .unanswered(after: $0) } ?? .ready(after: 0)
        case .ready: return last.map { .ready(after: $0) }
        }
    }
}
